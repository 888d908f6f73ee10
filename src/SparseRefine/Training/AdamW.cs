using System.Numerics;
using SparseRefine.Kernels;
using SparseRefine.Layers;

namespace SparseRefine.Training;

/// <summary>
/// Adam with decoupled weight decay (Loshchilov and Hutter, arXiv 1711.05101, algorithm 2). For gradient g at step t:
/// m = b1 m + (1 - b1) g; v = b2 v + (1 - b2) g^2; x = x (1 - rate decay) - rate (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + eps).
/// Decay applies to parameters that are decayed; those not trained are left alone. A parameter's steps count from the end of its
/// <see cref="Parameter.FrozenSteps"/>, its rate is that of the step times <see cref="Parameter.RateFactor"/>. Not thread-safe.
/// </summary>
internal sealed class AdamW
{
    private const int BlockSize = 16384;
    private readonly AdamWOptions _options;
    private readonly Parameter[] _parameters;
    private readonly float[][] _means;
    private readonly float[][] _squares;

    /// <summary>Starts with means of zero.</summary>
    /// <param name="parameters">What to train; parameters that are not trained are skipped.</param>
    /// <param name="options">Settings; null means the defaults.</param>
    public AdamW(IReadOnlyList<Parameter> parameters, AdamWOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        _options = options ?? new AdamWOptions();
        _parameters = [.. parameters.Where(p => p.IsTrained)];
        _means = [.. _parameters.Select(p => new float[p.Value.Length])];
        _squares = [.. _parameters.Select(p => new float[p.Value.Length])];
    }

    /// <summary>Steps made so far.</summary>
    public int Steps { get; internal set; }

    /// <summary>The trained parameters, and the running means of their gradients and squared gradients in the same order.</summary>
    internal IReadOnlyList<Parameter> Parameters => _parameters;

    internal IReadOnlyList<float[]> Means => _means;

    internal IReadOnlyList<float[]> Squares => _squares;

    /// <summary>Sets all gradients to zero, as before each backward pass.</summary>
    public void ZeroGradients()
    {
        foreach (Parameter parameter in _parameters)
        {
            Array.Clear(parameter.Gradient);
        }
    }

    /// <summary>Moves the parameters once along their gradients, which stay as they are.</summary>
    /// <param name="rate">Learning rate of this step, 0 or more.</param>
    /// <param name="workers">Threads; null means one. The result is the same bits for any number.</param>
    /// <exception cref="ArgumentException">A rate below 0 or not finite.</exception>
    public void Step(double rate, Workers? workers = null)
    {
        if (!(rate >= 0 && double.IsFinite(rate)))
        {
            throw new ArgumentException($"rate: expected a finite number of at least 0, got {rate}", nameof(rate));
        }

        workers ??= new Workers(1);
        Steps++;
        for (int i = 0; i < _parameters.Length; i++)
        {
            Parameter parameter = _parameters[i];
            int steps = Steps - parameter.FrozenSteps;
            if (steps <= 0)
            {
                continue;
            }

            double own = rate * parameter.RateFactor;
            float[] mean = _means[i];
            float[] square = _squares[i];
            Coefficients k = new(
                (float)_options.Beta1,
                (float)(1 - _options.Beta1),
                (float)_options.Beta2,
                (float)(1 - _options.Beta2),
                (float)(1 - (parameter.IsDecayed ? own * _options.WeightDecay : 0)),
                (float)(own / (1 - Math.Pow(_options.Beta1, steps))),
                (float)(1 / (1 - Math.Pow(_options.Beta2, steps))),
                (float)_options.Epsilon);
            workers.For(mean.Length, BlockSize, (_, start, end) => Update(
                parameter.Value.AsSpan(start, end - start),
                parameter.Gradient.AsSpan(start, end - start),
                mean.AsSpan(start, end - start),
                square.AsSpan(start, end - start),
                k));
        }
    }

    /// <summary>One step over spans of one length. No fused operations: lanes and tail round alike.</summary>
    internal static void Update(
        Span<float> value, ReadOnlySpan<float> gradient, Span<float> mean, Span<float> square, Coefficients k)
    {
        int vectorized = Simd.VectorEnd(0, value.Length);
        Vector<float> epsilon = new(k.Epsilon);
        for (int i = 0; i < vectorized; i += Vector<float>.Count)
        {
            Vector<float> g = new(gradient[i..]);
            Vector<float> m = (new Vector<float>(mean[i..]) * k.Beta1) + (g * k.OneMinusBeta1);
            Vector<float> v = (new Vector<float>(square[i..]) * k.Beta2) + (g * g * k.OneMinusBeta2);
            m.CopyTo(mean[i..]);
            v.CopyTo(square[i..]);
            Vector<float> step = m * k.Rate / (Vector.SquareRoot(v * k.SquareFactor) + epsilon);
            ((new Vector<float>(value[i..]) * k.Keep) - step).CopyTo(value[i..]);
        }

        UpdateScalar(value[vectorized..], gradient[vectorized..], mean[vectorized..], square[vectorized..], k);
    }

    /// <summary>The plain form of <see cref="Update"/>: its tail, and its reference in tests.</summary>
    internal static void UpdateScalar(
        Span<float> value, ReadOnlySpan<float> gradient, Span<float> mean, Span<float> square, Coefficients k)
    {
        for (int i = 0; i < value.Length; i++)
        {
            float g = gradient[i];
            mean[i] = (mean[i] * k.Beta1) + (g * k.OneMinusBeta1);
            square[i] = (square[i] * k.Beta2) + (g * g * k.OneMinusBeta2);
            float step = mean[i] * k.Rate / (MathF.Sqrt(square[i] * k.SquareFactor) + k.Epsilon);
            value[i] = (value[i] * k.Keep) - step;
        }
    }

    /// <summary>What one step multiplies with: bias corrections are folded into the rate and the squares' factor.</summary>
    internal readonly record struct Coefficients(
        float Beta1,
        float OneMinusBeta1,
        float Beta2,
        float OneMinusBeta2,
        float Keep,
        float Rate,
        float SquareFactor,
        float Epsilon);
}
