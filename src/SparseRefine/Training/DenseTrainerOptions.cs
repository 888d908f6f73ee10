using SparseRefine.Networks;

namespace SparseRefine.Training;

/// <summary>How a <see cref="FeatureRefinementNetwork"/> is built and trained.</summary>
public record DenseTrainerOptions : TrainerOptions
{
    /// <summary>Starts with defaults for training from nothing.</summary>
    public DenseTrainerOptions()
    {
        BatchSize = 8;
        LearningRate = 1e-3;
        AverageDecay = 0.99;
    }

    /// <summary>What the backbone's stages are made of.</summary>
    public BackboneKind Backbone { get => Network.Backbone; init => Network = Network with { Backbone = value }; }

    /// <summary>
    /// First epochs in which the backbone stays as it starts, its norms' statistics included, so that what stands behind it learns to read it: for a
    /// backbone that was learned before.
    /// </summary>
    public int FreezeEpochs { get; init => field = Checked.That(value, value >= 0, "0 or more"); }

    /// <summary>Factor of the backbone's learning rate: below 1 for a backbone that was learned before.</summary>
    public double BackboneRate { get; init => field = Checked.That(value, value >= 0 && double.IsFinite(value), "0 or more"); } = 1;

    /// <summary>Channels of stages 1 to 4, at 1/4, 1/8, 1/16 and 1/32 of the side; multiples of 8. Of no meaning to a ResNet-18.</summary>
    public IReadOnlyList<int> Channels { get => Network.Channels; init => Network = Network with { Channels = value }; }

    /// <summary>Blocks of stages 1 to 4, 0 or more. Of no meaning to a ResNet-18.</summary>
    public IReadOnlyList<int> Blocks { get => Network.Blocks; init => Network = Network with { Blocks = value }; }

    /// <summary>Photo pixels a logit, along each side: 4, or 2 or 1 for what is thinner than 4 pixels.</summary>
    public int OutputStride { get => Network.OutputStride; init => Network = Network with { OutputStride = value }; }

    /// <summary>Channels of the decoder, a multiple of 8.</summary>
    public int DecoderChannels { get => Network.DecoderChannels; init => Network = Network with { DecoderChannels = value }; }

    /// <summary>Whether the feature refinement module is there at all; without it the decoder starts from stage 4.</summary>
    public bool HasModule { get => Network.HasModule; init => Network = Network with { HasModule = value }; }

    /// <summary>Whether the module's non-local block has its pairwise half.</summary>
    public bool HasPairwise { get => Network.HasPairwise; init => Network = Network with { HasPairwise = value }; }

    /// <summary>Whether the module's non-local block has its unary half.</summary>
    public bool HasUnary { get => Network.HasUnary; init => Network = Network with { HasUnary = value }; }

    /// <summary>T of the pairwise softmax: below 1 sharper, above 1 flatter.</summary>
    public double Temperature { get => Network.Temperature; init => Network = Network with { Temperature = value }; }

    /// <summary>How stages 1 to 3 reach the module.</summary>
    public ContextPooling Pooling { get => Network.Pooling; init => Network = Network with { Pooling = value }; }

    /// <summary>Weight of the soft Dice loss beside cross-entropy, for classes of few pixels; 0 leaves it out.</summary>
    public double DiceWeight { get; init => field = Checked.That(value, value >= 0 && double.IsFinite(value), "0 or more"); }

    /// <summary>Weight of the pixel-contrastive term beside cross-entropy; 0 leaves it out.</summary>
    public double ContrastWeight { get; init => field = Checked.That(value, value >= 0 && double.IsFinite(value), "0 or more"); } = 0.1;

    /// <summary>
    /// T of the contrastive term, by which the cosines of two pixels' embeddings are divided: a smaller T makes near pixels of other classes count more. At least 0.02, as
    /// the largest term of a sum is exp(1 / T), 5e21 then, beside which double precision still sees terms of 5e5.
    /// </summary>
    public double ContrastTemperature { get; init => field = Checked.That(value, value >= 0.02 && double.IsFinite(value), "0.02 or more"); } = 0.1;

    /// <summary>Pixels that a step draws at random from each class of its crops; the contrastive term compares every pair of them. At least 2.</summary>
    public int ContrastPixels { get; init => field = Checked.That(value, value >= 2, "at least 2"); } = 24;

    /// <summary>Shape of the network; its number of classes is replaced by the data's.</summary>
    internal FeatureRefinementOptions Network { get; init; } = new(2);

    /// <inheritdoc/>
    internal override void Validate()
    {
        base.Validate();
        Checked.That(Epochs, Epochs >= 1, "at least 1", nameof(Epochs));
        Checked.That(CropsPerPhoto, CropsPerPhoto >= 1, "at least 1", nameof(CropsPerPhoto));
    }
}
