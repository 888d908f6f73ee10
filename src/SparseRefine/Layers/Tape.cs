using SparseRefine.Kernels;

namespace SparseRefine.Layers;

/// <summary>
/// The backward steps of the layers that ran, in the order of the layers, to be run in reverse. One tape serves one training step;
/// layers get none in inference. Not thread-safe. With a pool, the arrays of layers' values and gradients come from the pool, and each goes back
/// as soon as the backward pass has used it for the last time, to serve earlier layers' gradients and the next step.
/// </summary>
internal sealed class Tape
{
    private readonly List<Action> _backward = [];

    /// <summary>Starts an empty tape.</summary>
    public Tape(Workers workers, Random random)
        : this(workers, random, null)
    {
    }

    internal Tape(Workers workers, Random random, BufferPool? pool)
    {
        Workers = workers;
        Random = random;
        Pool = pool;
    }

    /// <summary>Threads that the layers use.</summary>
    public Workers Workers { get; }

    /// <summary>Source of dropout masks.</summary>
    public Random Random { get; }

    /// <summary>Where the arrays of layers' outputs come from; null: each output is a new array.</summary>
    internal BufferPool? Pool { get; }

    /// <summary>Adds a step to run when the tape runs backward.</summary>
    /// <param name="backward">Reads its output's gradient and adds to its inputs' and parameters' gradients.</param>
    public void Record(Action backward) => _backward.Add(backward);

    /// <summary>
    /// Adds a layer's backward step, after which the layer's output gives its arrays back to <see cref="Pool"/>. Only for a layer that is the sole
    /// reader of its output's gradient; layers that read the output's value ran later and so have run their backward steps before.
    /// </summary>
    /// <param name="output">The layer's output; nobody may use its arrays after the step.</param>
    /// <param name="backward">Reads the output's gradient and adds to the gradients of the layer's inputs and parameters.</param>
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

            // The step held the layer's output, which nothing needs any more: the collector may take it while the other steps run.
            _backward[i] = null!;
        }

        _backward.Clear();
    }
}
