using SparseRefine.Kernels;
using SparseRefine.Sites;

namespace SparseRefine.Layers;

/// <summary>
/// Pre-activation residual block (He et al. 2016): y = proj(x) + conv3x3(relu(bn(conv3x3(relu(bn(x)))))), where proj is a 1x1
/// without bias if the channels differ, else the identity.
/// </summary>
internal sealed class ResidualBlock
{
    public ResidualBlock(string name, int inputs, int outputs, Random random, SimdPath? path = null)
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

    /// <summary>[sites, inputs] to [sites, outputs]. With a tape, records the backward step.</summary>
    public Variable Forward(Variable input, SiteLevel level, Tape? tape, Workers workers)
    {
        Variable hidden = Convolution1.Forward(Norm1.Forward(input, true, tape, workers), level, tape, workers);
        Variable shortcut = Projection?.Forward(input, tape, workers) ?? input;
        Variable output = Convolution2.Forward(Norm2.Forward(hidden, true, tape, workers), level, tape, workers, shortcut);
        if (Projection != null)
        {
            shortcut.Discard();
        }

        return output;
    }
}
