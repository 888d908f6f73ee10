namespace SparseRefine.Networks;

/// <summary>Shape of a <see cref="FeatureRefinementNetwork"/>. Immutable; checked by <see cref="Validate"/>.</summary>
public sealed record FeatureRefinementOptions
{
    /// <summary>Names the number of classes.</summary>
    /// <param name="classes">2 to 255.</param>
    public FeatureRefinementOptions(int classes) => Classes = classes;

    /// <summary>Classes.</summary>
    public int Classes { get; init; }

    /// <summary>What the stages are made of.</summary>
    public BackboneKind Backbone { get; init; } = BackboneKind.Light;

    /// <summary>Channels of stages 1 to 4, at 1/4, 1/8, 1/16 and 1/32 of the side; multiples of 8.</summary>
    public IReadOnlyList<int> Channels { get; init; } = [32, 64, 128, 256];

    /// <summary>Blocks of stages 1 to 4, 0 or more.</summary>
    public IReadOnlyList<int> Blocks { get; init; } = [1, 1, 2, 2];

    /// <summary>Channels of the decoder, a multiple of 8.</summary>
    public int DecoderChannels { get; init; } = 48;

    /// <summary>Whether the feature refinement module is there at all; without it the decoder starts from stage 4.</summary>
    public bool HasModule { get; init; } = true;

    /// <summary>Whether the module's non-local block has its pairwise half.</summary>
    public bool HasPairwise { get; init; } = true;

    /// <summary>Whether it has its unary half.</summary>
    public bool HasUnary { get; init; } = true;

    /// <summary>T of the pairwise softmax: below 1 sharper, above 1 flatter.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>How stages 1 to 3 reach the module.</summary>
    public ContextPooling Pooling { get; init; } = ContextPooling.Average;

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentException">A value out of range, named.</exception>
    public void Validate()
    {
        Require(Classes is >= 2 and <= 255, nameof(Classes), "2 to 255", Classes);
        Require(Enum.IsDefined(Backbone), nameof(Backbone), "Light or LargeKernel", Backbone);
        Require(Enum.IsDefined(Pooling), nameof(Pooling), "Average or Polyphase", Pooling);
        Require(
            Channels is { Count: 4 } && Channels.All(c => c > 0 && c % 8 == 0),
            nameof(Channels),
            "four positive multiples of 8",
            Channels is null ? "null" : string.Join(',', Channels));
        Require(
            Blocks is { Count: 4 } && Blocks.All(b => b >= 0),
            nameof(Blocks),
            "four numbers of 0 or more",
            Blocks is null ? "null" : string.Join(',', Blocks));
        Require(DecoderChannels > 0 && DecoderChannels % 8 == 0, nameof(DecoderChannels), "a positive multiple of 8", DecoderChannels);
        Require(Temperature > 0 && double.IsFinite(Temperature), nameof(Temperature), "a positive number", Temperature);
    }

    private static void Require(bool holds, string name, string expected, object got)
    {
        if (!holds)
        {
            throw new ArgumentException(FormattableString.Invariant($"{name}: expected {expected}, got {got}"), name);
        }
    }
}
