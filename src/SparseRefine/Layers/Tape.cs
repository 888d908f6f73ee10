using SparseRefine.Kernels;

namespace SparseRefine.Layers;

/// <summary>
/// The order in which layers ran, so that their backward steps run in reverse. One tape serves one training step;
/// inference passes none. Not thread-safe. With a pool, layers' values and gradients come from there, and each goes back as soon as the
/// backward pass is done with it, to serve the gradients of the layers before and the next step.
/// </summary>
internal sealed class Tape
{
    private readonly List<Action> _backward = [];

    /// <summary>Starts an empty tape.</summary>
    /// <param name="workers">Threads that the layers use.</param>
    /// <param name="random">Source of dropout masks; a fixed seed gives fixed masks.</param>
    public Tape(Workers workers, Random random)
        : this(workers, random, null)
    {
    }

    internal Tape(Workers workers, Random random, BufferPool? pool)
    {
        ArgumentNullException.ThrowIfNull(workers);
        ArgumentNullException.ThrowIfNull(random);
        Workers = workers;
        Random = random;
        Pool = pool;
    }

    /// <summary>Threads that the layers use.</summary>
    public Workers Workers { get; }

    /// <summary>Source of dropout masks.</summary>
    public Random Random { get; }

    /// <summary>Where layers' outputs come from; null: they are made anew.</summary>
    internal BufferPool? Pool { get; }

    /// <summary>Adds a step to run when the tape runs backward.</summary>
    /// <param name="backward">Reads its output's gradient and adds to its inputs' and parameters' gradients.</param>
    public void Record(Action backward) => _backward.Add(backward);

    /// <summary>The same; after the step, which is the only one that adds to other gradients from the output's, the output is released.</summary>
    internal void Record(Variable output, Action backward)
    {
        _backward.Add(Pool == null ? backward : () =>
        {
            backward();
            output.Release();
        });
    }

    /// <summary>Runs the recorded steps in reverse and forgets them. Gradients of the loss must be set before.</summary>
    public void Backward()
    {
        for (int i = _backward.Count - 1; i >= 0; i--)
        {
            _backward[i]();

            // The step was the last reader of its layer's output: the collector may take that while earlier layers' steps run.
            _backward[i] = null!;
        }

        _backward.Clear();
    }
}
