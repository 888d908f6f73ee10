using Microsoft.ML.Data;
using SparseRefine.Images;
using SparseRefine.Networks;
using SparseRefine.Selectors;

namespace SparseRefine.MLNet.Tests.Contract;

internal sealed class LabelAnswer
{
    public LabelMap Out { get; set; } = null!;
}

internal sealed class LogitAnswer
{
    public LogitMap Out { get; set; } = null!;
}

internal sealed class SelectionAnswer
{
    public PixelSelection Out { get; set; } = null!;
}

internal sealed class SparseAnswer
{
    public SparseLogits Out { get; set; } = null!;
}

internal sealed class ImageAnswer
{
    public MLImage Out { get; set; } = null!;
}

internal sealed class VectorAnswer
{
    public VBuffer<byte> Out { get; set; }
}

internal sealed class ShareAnswer
{
    public VBuffer<float> Out { get; set; }
}
