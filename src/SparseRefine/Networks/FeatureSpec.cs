namespace SparseRefine.Networks;

/// <summary>Which features the refiner gets, in which order. Immutable; two specs of the same kinds are equal.</summary>
public sealed class FeatureSpec : IEquatable<FeatureSpec>
{
    private static readonly (string Text, FeatureKind Kind)[] Names =
    [
        ("rgb", FeatureKind.Rgb),
        ("xy", FeatureKind.Xy),
        ("p", FeatureKind.Probabilities),
        ("pt", FeatureKind.Thresholded),
    ];

    /// <summary>Sets the kinds.</summary>
    /// <param name="kinds">At least one, each once, in the order of the feature columns.</param>
    /// <exception cref="ArgumentException">No kinds, or one given twice.</exception>
    internal FeatureSpec(IReadOnlyList<FeatureKind> kinds)
    {
        ArgumentNullException.ThrowIfNull(kinds);
        if (kinds.Count == 0 || kinds.Distinct().Count() != kinds.Count)
        {
            throw new ArgumentException(
                $"kinds: expected at least one, each once, got '{string.Join(',', kinds)}'", nameof(kinds));
        }

        foreach (FeatureKind kind in kinds)
        {
            if (!Enum.IsDefined(kind))
            {
                throw new ArgumentException($"kinds: expected a feature kind, got {kind}", nameof(kinds));
            }
        }

        Kinds = [.. kinds];
    }

    /// <summary>The kinds in the order of the feature columns.</summary>
    internal IReadOnlyList<FeatureKind> Kinds { get; }

    /// <summary>Reads the text form.</summary>
    /// <param name="text">Kinds between commas, for example <c>rgb,xy,p,pt</c>.</param>
    /// <returns>The spec.</returns>
    /// <exception cref="ArgumentException">A word that is no kind, none at all, or one twice.</exception>
    public static FeatureSpec Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var kinds = new List<FeatureKind>();
        foreach (string word in text.Split(',', StringSplitOptions.TrimEntries))
        {
            int i = Array.FindIndex(Names, n => n.Text == word);
            if (i < 0)
            {
                throw new ArgumentException(
                    $"text: expected {string.Join(", ", Names.Select(n => n.Text))} between commas, got '{text}'", nameof(text));
            }

            kinds.Add(Names[i].Kind);
        }

        return new FeatureSpec(kinds);
    }

    /// <summary>The text that <see cref="Parse"/> turns into an equal spec.</summary>
    /// <returns>The text.</returns>
    public string Describe() => string.Join(',', Kinds.Select(k => Array.Find(Names, n => n.Kind == k).Text));

    /// <summary>Feature columns: rgb 3, xy 2, p and pt one a class.</summary>
    /// <param name="classes">Number of classes.</param>
    /// <returns>The number of columns.</returns>
    public int Channels(int classes)
    {
        int channels = 0;
        for (int i = 0; i < Kinds.Count; i++)
        {
            channels += Channels(Kinds[i], classes);
        }

        return channels;
    }

    /// <summary>First column of a kind.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="classes">Number of classes.</param>
    /// <returns>The column; null where the kind is not among these.</returns>
    internal int? Column(FeatureKind kind, int classes)
    {
        int column = 0;
        for (int i = 0; i < Kinds.Count && Kinds[i] != kind; i++)
        {
            column += Channels(Kinds[i], classes);
        }

        return column == Channels(classes) ? null : column;
    }

    /// <inheritdoc/>
    public bool Equals(FeatureSpec? other) => other is not null && Kinds.SequenceEqual(other.Kinds);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as FeatureSpec);

    /// <inheritdoc/>
    public override int GetHashCode() => Describe().GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => Describe();

    internal static int Channels(FeatureKind kind, int classes) => kind switch
    {
        FeatureKind.Rgb => 3,
        FeatureKind.Xy => 2,
        _ => classes,
    };
}
