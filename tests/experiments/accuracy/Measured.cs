namespace SparseRefine.Experiments.Accuracy;

/// <summary>One row of the table: one selector and one ensembler of a point.</summary>
/// <param name="Selector">The selector; none for a dense model alone.</param>
/// <param name="Ensembler">The ensembler; none for a dense model alone.</param>
/// <param name="Density">Selected pixels / all pixels.</param>
/// <param name="Initial">The dense answer.</param>
/// <param name="RefinerOnly">The sparse network's.</param>
/// <param name="Ensembled">The merged one.</param>
/// <param name="MultiplyAdds">A photo, dense model and sparse network.</param>
internal sealed record MeasuredRow(
    string? Selector, string? Ensembler, double Density, Scores Initial, Scores? RefinerOnly, Scores? Ensembled, double? MultiplyAdds);

/// <summary>Accuracy of one answer.</summary>
/// <param name="MIoU">Over full images.</param>
/// <param name="MaskMIoU">Over the selected pixels.</param>
/// <param name="PixelAccuracy">Over full images.</param>
/// <param name="PerClassIoU">Over full images.</param>
internal sealed record Scores(double MIoU, double? MaskMIoU, double PixelAccuracy, IReadOnlyList<double> PerClassIoU);

/// <summary>A point's file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">dense, model or fit.</param>
/// <param name="Fit">The settings of a fit.</param>
/// <param name="ValidationMIoU">The kept epoch's, of a fit.</param>
/// <param name="Photos">Test photos measured.</param>
/// <param name="Rows">What was measured.</param>
internal sealed record MeasuredPoint(
    string Name, string Kind, FitSettings? Fit, double? ValidationMIoU, int Photos, IReadOnlyList<MeasuredRow> Rows);

/// <summary>The times' file.</summary>
/// <param name="Threads">Threads of ONNX Runtime and of the engine.</param>
/// <param name="Rounds">Measured rounds; each visits every point, so that all see the same machine.</param>
/// <param name="Photo">The photo.</param>
/// <param name="Rows">Median milliseconds of each point and selector, from decoded photo to label map.</param>
internal sealed record MeasuredTimes(int Threads, int Rounds, string Photo, IReadOnlyList<TimedRow> Rows);

/// <summary>One time.</summary>
/// <param name="Point">The point's name.</param>
/// <param name="Selector">The selector; none for a dense model alone.</param>
/// <param name="Milliseconds">The median.</param>
internal sealed record TimedRow(string Point, string? Selector, double Milliseconds);
