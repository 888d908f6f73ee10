using System.Numerics;
using SparseRefine.Grids;
using SparseRefine.Kernels;

namespace SparseRefine.Layers;

/// <summary>
/// Shrinks a grid by a whole factor f: y[Y, X, c] = sum over the f * f phases (i, j) of w[i, j, c] x[f Y + i, f X + j, c]. Weights of
/// 1 / f^2 make it average pooling, which is where they start; left fixed they stay so.
/// </summary>
internal sealed class PhasePooling
{
    /// <summary>Makes the layer.</summary>
    /// <param name="name">Prefix of the parameters' names.</param>
    /// <param name="channels">Channels, at least 1.</param>
    /// <param name="factor">Factor, at least 1.</param>
    /// <param name="learned">Whether the weights of the phases are trained.</param>
    public PhasePooling(string name, int channels, int factor, bool learned)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(factor, 1);
        Channels = channels;
        Factor = factor;
        IsLearned = learned;
        Weight = new Parameter(name + ".weight", [factor * factor, channels], decayed: false);
        Weight.Value.AsSpan().Fill(1f / (factor * factor));
    }

    /// <summary>Channels.</summary>
    public int Channels { get; }

    /// <summary>Input pixels an output pixel, along each side.</summary>
    public int Factor { get; }

    /// <summary>Whether the weights are trained.</summary>
    public bool IsLearned { get; }

    /// <summary>weight [factor * factor, channels]; none for average pooling.</summary>
    public IReadOnlyList<Parameter> Parameters => IsLearned ? [Weight] : [];

    internal Parameter Weight { get; }

    /// <summary>[pixels, channels] to [pixels / factor^2, channels]; the factor divides the sides of the grid. With a tape, records the backward step.</summary>
    public Variable Forward(Variable input, GridShape grid, Tape? tape, Workers workers)
    {
        Shapes.Require(input, nameof(input), grid.Rows, Channels);
        if (grid.Height % Factor != 0 || grid.Width % Factor != 0)
        {
            throw new ArgumentException($"grid: expected sides that are multiples of {Factor}, got {grid}", nameof(grid));
        }

        GridShape coarse = grid with { Height = grid.Height / Factor, Width = grid.Width / Factor };
        Variable output = Variable.Output(tape, coarse.Rows, Channels);
        output.Value.AsSpan(0, output.Length).Clear();
        float[] values = input.Value;
        ForEachLine(coarse, workers, (_, fine, line, phase) =>
            AddProducts(values, fine, Factor, output.Value, line, 1, Weight.Value, phase, coarse.Width));
        tape?.Record(output, () => Backward(input, output, coarse, tape.Workers));
        return output;
    }

    private void Backward(Variable input, Variable output, GridShape coarse, Workers workers)
    {
        float[] source = output.Gradient;
        if (input.NeedsGradient)
        {
            float[] target = input.Gradient;
            ForEachLine(coarse, workers, (_, fine, line, phase) =>
                AddProducts(source, line, 1, target, fine, Factor, Weight.Value, phase, coarse.Width));
        }

        if (IsLearned)
        {
            // One partial sum a line, added in order: the same bits for any number of threads.
            float[][] partial = new float[coarse.Images * coarse.Height][];
            float[] values = input.Value;
            ForEachLine(coarse, workers, (at, fine, line, phase) =>
            {
                float[] sums = partial[at] ??= new float[Weight.Value.Length];
                for (int x = 0; x < coarse.Width; x++)
                {
                    for (int c = 0; c < Channels; c++)
                    {
                        sums[phase + c] += values[fine + (x * Factor * Channels) + c] * source[line + (x * Channels) + c];
                    }
                }
            });
            foreach (float[] sums in partial)
            {
                for (int i = 0; i < sums.Length; i++)
                {
                    Weight.Gradient[i] += sums[i];
                }
            }
        }
    }

    // Calls the body with the line, the offsets of a phase's first value in the fine grid, of the line in the coarse one, and of the phase's weights.
    private void ForEachLine(GridShape coarse, Workers workers, Action<int, int, int, int> body) =>
        workers.For(coarse.Images * coarse.Height, 1, (line, _, _) =>
        {
            for (int phase = 0; phase < Factor * Factor; phase++)
            {
                (int i, int j) = Math.DivRem(phase, Factor);
                int fine = ((((line * Factor) + i) * coarse.Width * Factor) + j) * Channels;
                body(line, fine, line * coarse.Width * Channels, phase * Channels);
            }
        });

    private void AddProducts(
        float[] source, int sourceAt, int sourceStep, float[] target, int targetAt, int targetStep, float[] weights, int weightAt, int count)
    {
        for (int x = 0; x < count; x++, sourceAt += sourceStep * Channels, targetAt += targetStep * Channels)
        {
            int c = 0;
            for (int last = Simd.VectorEnd(c, Channels); c < last; c += Vector<float>.Count)
            {
                (new Vector<float>(target, targetAt + c)
                    + (new Vector<float>(source, sourceAt + c) * new Vector<float>(weights, weightAt + c))).CopyTo(target, targetAt + c);
            }

            for (; c < Channels; c++)
            {
                target[targetAt + c] += source[sourceAt + c] * weights[weightAt + c];
            }
        }
    }
}
