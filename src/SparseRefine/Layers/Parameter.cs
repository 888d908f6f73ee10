namespace SparseRefine.Layers;

/// <summary>A learned tensor with its gradient. Not thread-safe.</summary>
internal sealed class Parameter
{
    /// <summary>Makes a tensor of zeros.</summary>
    /// <param name="name">Dotted path, unique within a network; the key in weight files.</param>
    /// <param name="shape">Sizes, slowest first.</param>
    /// <param name="trained">False for running statistics, which no optimizer touches.</param>
    /// <param name="decayed">Whether weight decay applies (weights yes; biases and norms no).</param>
    public Parameter(string name, int[] shape, bool trained = true, bool decayed = true)
    {
        Name = name;
        Shape = shape;
        IsTrained = trained;
        IsDecayed = trained && decayed;
        int length = 1;
        foreach (int size in shape)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(size, 1, nameof(shape));
            length = checked(length * size);
        }

        Value = new float[length];
        Gradient = trained ? new float[length] : [];
    }

    /// <summary>Dotted path, the key in weight files.</summary>
    public string Name { get; }

    /// <summary>Sizes, slowest first.</summary>
    public int[] Shape { get; }

    /// <summary>False for running statistics.</summary>
    public bool IsTrained { get; }

    /// <summary>Whether weight decay applies.</summary>
    public bool IsDecayed { get; }

    /// <summary>Factor on the learning rate, 1 unless set, as for weights that were learned before and shall only be adapted.</summary>
    public double RateFactor { get; set; } = 1;

    /// <summary>First steps of an optimizer that leave the parameter as it is, weight decay included.</summary>
    public int FrozenSteps { get; set; }

    /// <summary>The values, row-major.</summary>
    public float[] Value { get; }

    /// <summary>d loss / d value, same layout; empty where not trained. Backward passes add to it.</summary>
    public float[] Gradient { get; }

    /// <summary>Copies values between parameter lists of the same names and shapes.</summary>
    /// <exception cref="ArgumentException">Another name or shape; nothing is copied then.</exception>
    internal static void Copy(IReadOnlyList<Parameter> from, IReadOnlyList<Parameter> to, string what)
    {
        static string Describe(IReadOnlyList<Parameter> list, int i) =>
            i < list.Count ? $"{list[i].Name} [{string.Join(", ", list[i].Shape)}]" : "none";

        for (int i = 0; i < Math.Max(from.Count, to.Count); i++)
        {
            if (Describe(from, i) != Describe(to, i))
            {
                throw new ArgumentException(
                    $"other: expected a {what} with {Describe(to, i)}, got one with {Describe(from, i)}", "other");
            }
        }

        for (int i = 0; i < to.Count; i++)
        {
            from[i].Value.CopyTo(to[i].Value, 0);
        }
    }
}
