using SparseRefine.Images;

namespace SparseRefine.Onnx.Sessions;

/// <summary>What a graph gave for a photo; all of it is the caller's.</summary>
/// <param name="Labels">The class of every pixel.</param>
/// <param name="SelectedPixels">How many pixels were refined.</param>
/// <param name="DenseLabels">The dense model's answer; null unless asked for.</param>
/// <param name="Mask">[height, width], 1 where a pixel was refined; null unless asked for.</param>
internal sealed record GraphAnswer(LabelMap Labels, int SelectedPixels, LabelMap? DenseLabels, byte[]? Mask);
