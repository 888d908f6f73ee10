namespace SparseRefine.Layers;

/// <summary>Checks that layers share.</summary>
internal static class Shapes
{
    public static void Require(Variable input, string name, int rows, int channels)
    {
        ArgumentNullException.ThrowIfNull(input, name);
        if (input.Rows != rows || input.Channels != channels)
        {
            throw new ArgumentException($"{name}: expected {rows}x{channels} values, got {input.Rows}x{input.Channels}", name);
        }
    }

    public static void RequireChannels(Variable input, string name, int channels)
    {
        ArgumentNullException.ThrowIfNull(input, name);
        Require(input, name, input.Rows, channels);
    }
}
