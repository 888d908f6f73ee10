namespace SparseRefine.Cli.Keeping;

/// <summary>What the teacher does on the validation photos.</summary>
/// <param name="MeanIoU">Its mIoU.</param>
/// <param name="Milliseconds">From decoded photo to label map, mean of the photos that it ran on but the first; NaN where it ran on none, as its answers were there.</param>
internal sealed record TeacherFacts(double MeanIoU, double Milliseconds);
