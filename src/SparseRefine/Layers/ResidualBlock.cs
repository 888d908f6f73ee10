using SparseRefine.Kernels;
using SparseRefine.Sites;

namespace SparseRefine.Layers;

/// <summary>
/// Pre-activation residual block (He et al. 2016): y = proj(x) + conv3x3(relu(bn(conv3x3(relu(bn(x)))))), where proj is a 1x1
/// without bias if the channels differ, else the identity.
/// </summary>
internal sealed class ResidualBlock
{
    /// <summary>Makes the block.</summary>
    /// <param name="name">Prefix of the parameters' names.</param>
    /// <param name="inputs">Input channels, at least 1.</param>
    /// <param name="outputs">Output channels, at least 1.</param>
    /// <param name="random">Source of the starting weights.</param>
    public ResidualBlock(string name, int inputs, int outputs, Random random)
        : this(name, inputs, outputs, random, Simd.Default)
    {
    }

    internal ResidualBlock(string name, int inputs, int outputs, Random random, SimdPath path)
    {
        Norm1 = new BatchNorm(name + ".norm1", inputs);
        Convolution1 = new SubmanifoldConvolution(name + ".conv1", inputs, outputs, random, path);
        Norm2 = new BatchNorm(name + ".norm2", outputs);
        Convolution2 = new SubmanifoldConvolution(name + ".conv2", outputs, outputs, random, path);
        Projection = inputs == outputs ? null : new Linear(name + ".proj", inputs, outputs, random, bias: false, path);
        Parameters =
        [
            .. Norm1.Parameters, .. Convolution1.Parameters, .. Norm2.Parameters, .. Convolution2.Parameters, .. Projection?.Parameters ?? [],
        ];
    }

    /// <summary>All weights and running statistics.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    internal BatchNorm Norm1 { get; }

    internal SubmanifoldConvolution Convolution1 { get; }

    internal BatchNorm Norm2 { get; }

    internal SubmanifoldConvolution Convolution2 { get; }

    internal Linear? Projection { get; }

    /// <summary>Runs the block and, where a tape is given, records its backward step.</summary>
    /// <param name="input">[sites, inputs].</param>
    /// <param name="level">The sites.</param>
    /// <param name="tape">Null in inference.</param>
    /// <param name="workers">Threads; the bits of the result do not depend on their number.</param>
    /// <returns>[sites, outputs].</returns>
    /// <exception cref="ArgumentException">Input of another shape.</exception>
    public Variable Forward(Variable input, SiteLevel level, Tape? tape, Workers workers)
    {
        Variable hidden = Convolution1.Forward(Norm1.Forward(input, true, tape, workers), level, tape, workers);
        Variable shortcut = Projection?.Forward(input, tape, workers) ?? input;
        Variable output = Convolution2.Forward(Norm2.Forward(hidden, true, tape, workers), level, shortcut, tape, workers);
        if (Projection != null)
        {
            shortcut.Discard();
        }

        return output;
    }
}
