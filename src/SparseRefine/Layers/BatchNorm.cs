using SparseRefine.Kernels;

namespace SparseRefine.Layers;

/// <summary>
/// y = (x - mean) / sqrt(variance + 1e-5) * weight + bias a channel, optionally followed by relu in the same pass. With a tape, mean and
/// (biased) variance are the rows' own and the running statistics move towards them by 0.1 (the variance towards the unbiased
/// one, as is usual); without, the running statistics are used. No rows: nothing happens. One row: y = bias. NaN stays NaN.
/// </summary>
internal sealed class BatchNorm
{
    private const double Epsilon = 1e-5;
    private const double Momentum = 0.1;

    /// <summary>Makes the layer: weight 1, bias 0, running mean 0, running variance 1.</summary>
    public BatchNorm(string name, int channels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        Channels = channels;
        Weight = new Parameter(name + ".weight", [channels], decayed: false);
        Bias = new Parameter(name + ".bias", [channels], decayed: false);
        RunningMean = new Parameter(name + ".running_mean", [channels], trained: false);
        RunningVariance = new Parameter(name + ".running_var", [channels], trained: false);
        Parameters = [Weight, Bias, RunningMean, RunningVariance];
        Weight.Value.AsSpan().Fill(1);
        RunningVariance.Value.AsSpan().Fill(1);
    }

    /// <summary>Channels.</summary>
    public int Channels { get; }

    /// <summary>weight, bias, running_mean, running_var, each [channels].</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    internal Parameter Weight { get; }

    internal Parameter Bias { get; }

    internal Parameter RunningMean { get; }

    internal Parameter RunningVariance { get; }

    /// <summary>[rows, channels]. With a tape, records the backward step and updates the running statistics.</summary>
    public Variable Forward(Variable input, bool relu, Tape? tape, Workers workers)
    {
        Shapes.RequireChannels(input, nameof(input), Channels);
        Variable output = Variable.Output(tape, input.Rows, Channels);
        float[] values = output.Value;
        if (tape == null || input.Rows == 0)
        {
            (float[] scale, float[] shift) = Fold();
            ChannelLoops.ScaleShift(input.Value, Channels, values, Channels, scale, shift, input.Rows, relu, workers);
            return output;
        }

        (float[] mean, float[] inverse, bool[] isConstant) = BatchStatistics(input, workers);
        float[] factor = new float[Channels];
        float[] offset = new float[Channels];
        for (int c = 0; c < Channels; c++)
        {
            // A constant channel is its mean: multiplying by 1 / sqrt(1e-5) would only enlarge the rounding of their difference.
            factor[c] = isConstant[c] ? 0 : Weight.Value[c] * inverse[c];
            offset[c] = Bias.Value[c] - (mean[c] * factor[c]);
        }

        ChannelLoops.ScaleShift(input.Value, Channels, values, Channels, factor, offset, input.Rows, relu, workers);
        output.CanBeRemade(
            made => ChannelLoops.ScaleShift(input.Value, Channels, made, Channels, factor, offset, input.Rows, relu, workers));
        tape.Record(output, () => Backward(input, output, relu ? new Affine(factor, offset) : null, mean, inverse, tape.Workers));
        return output;
    }

    /// <summary>Inference as y = x * scale + shift.</summary>
    internal Affine Fold()
    {
        float[] scale = new float[Channels];
        float[] shift = new float[Channels];
        for (int c = 0; c < Channels; c++)
        {
            double factor = Weight.Value[c] / Math.Sqrt(RunningVariance.Value[c] + Epsilon);
            scale[c] = (float)factor;
            shift[c] = (float)(Bias.Value[c] - (RunningMean.Value[c] * factor));
        }

        return new Affine(scale, shift);
    }

    private (float[] Mean, float[] Inverse, bool[] IsConstant) BatchStatistics(Variable input, Workers workers)
    {
        double[] sums = ChannelLoops.Moments(input.Value, input.Rows, Channels, workers);
        float[] mean = new float[Channels];
        float[] inverse = new float[Channels];
        bool[] isConstant = new bool[Channels];
        double rows = input.Rows;
        for (int c = 0; c < Channels; c++)
        {
            double average = sums[c] / rows;
            double variance = Math.Max(0, (sums[Channels + c] / rows) - (average * average));
            mean[c] = (float)average;
            isConstant[c] = variance == 0;
            inverse[c] = (float)(1 / Math.Sqrt(variance + Epsilon));
            double unbiased = rows > 1 ? variance * rows / (rows - 1) : variance;
            RunningMean.Value[c] += (float)(Momentum * (average - RunningMean.Value[c]));
            RunningVariance.Value[c] += (float)(Momentum * (unbiased - RunningVariance.Value[c]));
        }

        return (mean, inverse, isConstant);
    }

    // With g the gradient behind the relu, which let pass what the affine map made positive, h = (x - mean) * inverse and n rows:
    // dx = weight * inverse * (g - sum(g) / n - h * sum(g h) / n), written as g * factor + x * slope + offset.
    private void Backward(Variable input, Variable output, Affine? passed, float[] mean, float[] inverse, Workers workers)
    {
        double[] sums = ChannelLoops.GradientMoments(output.Gradient, passed, input.Value, mean, input.Rows, Channels, workers);
        float[] factor = new float[Channels];
        float[] slope = new float[Channels];
        float[] offset = new float[Channels];
        for (int c = 0; c < Channels; c++)
        {
            double weightGradient = sums[Channels + c] * inverse[c];
            Bias.Gradient[c] += (float)sums[c];
            Weight.Gradient[c] += (float)weightGradient;
            double scale = (double)Weight.Value[c] * inverse[c];
            double tilt = -scale * inverse[c] * weightGradient / input.Rows;
            factor[c] = (float)scale;
            slope[c] = (float)tilt;
            offset[c] = (float)((-scale * sums[c] / input.Rows) - (tilt * mean[c]));
        }

        if (input.NeedsGradient)
        {
            ChannelLoops.AddNormGradient(
                output.Gradient, passed, input.Value, factor, slope, offset, input.TakeGradient(), input.Rows, workers);
        }
    }
}
