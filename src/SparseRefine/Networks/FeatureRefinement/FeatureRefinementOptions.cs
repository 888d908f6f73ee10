namespace SparseRefine.Networks;

/// <summary>Shape of a <see cref="FeatureRefinementNetwork"/>. Immutable; each value is checked where it is set.</summary>
internal sealed record FeatureRefinementOptions
{
    /// <summary>Names the number of classes.</summary>
    /// <param name="classes">2 to 255.</param>
    public FeatureRefinementOptions(int classes) => Classes = classes;

    /// <summary>Classes.</summary>
    public int Classes { get; init => field = Checked.That(value, value is >= 2 and <= 255, "2 to 255"); }

    /// <summary>What the stages are made of.</summary>
    public BackboneKind Backbone { get; init => field = Checked.Defined(value); } = BackboneKind.Light;

    /// <summary>Channels of stages 1 to 4, at 1/4, 1/8, 1/16 and 1/32 of the side; multiples of 8.</summary>
    public IReadOnlyList<int> Channels { get; init => field = Checked.That(value, value is { Count: 4 } && value.All(c => c > 0 && c % 8 == 0), "four positive multiples of 8"); } = [32, 64, 128, 256];

    /// <summary>Blocks of stages 1 to 4, 0 or more.</summary>
    public IReadOnlyList<int> Blocks { get; init => field = Checked.That(value, value is { Count: 4 } && value.All(b => b >= 0), "four numbers of 0 or more"); } = [1, 1, 2, 2];

    /// <summary>Channels of the stages that the backbone has: <see cref="Channels"/>, or those of a ResNet-18.</summary>
    public IReadOnlyList<int> StageChannels => Backbone == BackboneKind.ResNet18 ? ResNetBackbone.Channels : Channels;

    /// <summary>Photo pixels a logit, along each side: 4, 2 or 1.</summary>
    public int OutputStride { get; init => field = Checked.That(value, value is 1 or 2 or 4, "4, 2 or 1"); } = 4;

    /// <summary>Channels of the decoder, a multiple of 8.</summary>
    public int DecoderChannels { get; init => field = Checked.That(value, value > 0 && value % 8 == 0, "a positive multiple of 8"); } = 48;

    /// <summary>Whether the feature refinement module is there at all; without it the decoder starts from stage 4.</summary>
    public bool HasModule { get; init; } = true;

    /// <summary>Whether the module's non-local block has its pairwise half.</summary>
    public bool HasPairwise { get; init; } = true;

    /// <summary>Whether it has its unary half.</summary>
    public bool HasUnary { get; init; } = true;

    /// <summary>T of the pairwise softmax: below 1 sharper, above 1 flatter.</summary>
    public double Temperature { get; init => field = Checked.That(value, value > 0 && double.IsFinite(value), "a positive number"); } = 1;

    /// <summary>How stages 1 to 3 reach the module.</summary>
    public ContextPooling Pooling { get; init => field = Checked.Defined(value); } = ContextPooling.Average;
}
