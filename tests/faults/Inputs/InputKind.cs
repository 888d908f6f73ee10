namespace SparseRefine.Faults;

/// <summary>The kinds of files that the library reads.</summary>
internal enum InputKind
{
    Jpeg,
    Png,
    Webp,
    Bmp,
    Tiff,
    LabelMap,
    LabelColors,
    Classes,
    Onnx,
    Model,
    Weights,
    Config,
}
