using System.Numerics;
using SparseRefine.Kernels;
using SparseRefine.Layers;

namespace SparseRefine.Training;

/// <summary>
/// Exponential moving average of parameters, running statistics included: after update t = 1, 2, ...
/// a = d a + (1 - d) x with d = min(decay, t / (t + 9)), so that the starting values fade out even in short trainings.
/// The average of a training's last steps is as a rule better than where the last step happened to end. Not thread-safe.
/// </summary>
internal sealed class WeightAverage
{
    private readonly IReadOnlyList<Parameter> _parameters;
    private readonly double _decay;
    private readonly float[][] _averages;

    /// <summary>Starts with the parameters' present values.</summary>
    /// <param name="parameters">What is averaged.</param>
    /// <param name="decay">Share of the average that an update keeps, above 0 and below 1.</param>
    /// <exception cref="ArgumentException">A decay out of range.</exception>
    public WeightAverage(IReadOnlyList<Parameter> parameters, double decay)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        if (decay is not (> 0 and < 1))
        {
            throw new ArgumentException($"decay: expected a number above 0 and below 1, got {decay}", nameof(decay));
        }

        _parameters = parameters;
        _decay = decay;
        _averages = [.. parameters.Select(p => p.Value.ToArray())];
    }

    /// <summary>Updates made so far; with <see cref="Values"/> all that a checkpoint must keep.</summary>
    public int Updates { get; set; }

    /// <summary>The averages, one array a parameter in the given order; this object's own, for checkpoints to read and fill.</summary>
    public IReadOnlyList<float[]> Values => _averages;

    /// <summary>Takes the parameters' present values in; call after each step.</summary>
    public void Update()
    {
        Updates++;
        float share = (float)(1 - Math.Min(_decay, Updates / (Updates + 9.0)));
        for (int i = 0; i < _averages.Length; i++)
        {
            Span<float> average = _averages[i];
            ReadOnlySpan<float> value = _parameters[i].Value;
            int at = 0;
            for (int last = Simd.VectorEnd(at, average.Length); at < last; at += Vector<float>.Count)
            {
                Vector<float> a = new(average[at..]);
                (a + ((new Vector<float>(value[at..]) - a) * share)).CopyTo(average[at..]);
            }

            for (; at < average.Length; at++)
            {
                average[at] += (value[at] - average[at]) * share;
            }
        }
    }

    /// <summary>Exchanges the parameters' values and the averages: once before an evaluation, once after it.</summary>
    public void Swap()
    {
        for (int i = 0; i < _averages.Length; i++)
        {
            float[] value = _parameters[i].Value;
            float[] average = _averages[i];
            for (int at = 0; at < value.Length; at++)
            {
                (value[at], average[at]) = (average[at], value[at]);
            }
        }
    }
}
