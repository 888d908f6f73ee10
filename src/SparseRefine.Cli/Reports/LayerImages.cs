using Microsoft.ML.Data;
using SparseRefine.Batch;
using SparseRefine.MLNet;
using SparseRefine.Persistence;
using Spectre.Console;

namespace SparseRefine.Cli.Reports;

/// <summary>Draws each photo of a job as NAME.layers.png: photo, low-resolution answer, selected pixels and refined answer beside each other, a detail below, and prints where the file is.</summary>
/// <param name="console">Where it prints.</param>
/// <param name="folder">The files' folder.</param>
internal sealed class LayerImages(IAnsiConsole console, string folder) : IScoringObserver
{
    private SegmentationPainter _painter = new();

    /// <inheritdoc/>
    public RefinementParts Parts => RefinementParts.Selection;

    /// <inheritdoc/>
    public void Started(ScoringJobInfo info)
    {
        _painter = new SegmentationPainter(info.Classes, info.Results.Painting);
        console.WriteLine("each photo, from left to right: the photo, the low-resolution answer, the selected pixels, the refined answer; below, the framed detail magnified");
    }

    /// <inheritdoc/>
    public void Scored(JournalEntry entry, SegmentationResult result)
    {
        string name = Path.GetFileNameWithoutExtension(entry.Id);
        string path = Path.GetFullPath(Path.Combine(folder, $"{name}.layers.png"));
        using MLImage panels = LayerPanels.Draw(_painter, name, result.Photo.AsView(), result.Selection!, result.Labels);
        AtomicFile.Write(path, panels.WritePng);
        console.WriteLine($"{name}: {path}");
    }

    /// <inheritdoc/>
    public void Failed(FailedEntry failed) => console.WriteLine($"{failed.Id}: {failed.Message}");

    /// <inheritdoc/>
    public void Finished(ScoringSummary summary)
    {
    }
}
