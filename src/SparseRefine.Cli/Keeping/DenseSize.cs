using SparseRefine.Onnx;

namespace SparseRefine.Cli.Keeping;

/// <summary>A size at which the dense model may see photos.</summary>
/// <param name="Sees">How it sees them.</param>
internal sealed record DenseSize(DenseModelOptions Sees)
{
    /// <summary>As tables, files and plots call it.</summary>
    public override string ToString() => Sees.Height is int height ? $"{height}x{Sees.Width}" : FormattableString.Invariant($"{Sees.Scale}");
}
