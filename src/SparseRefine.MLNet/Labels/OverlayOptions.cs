namespace SparseRefine.MLNet;

/// <summary>Columns and colors of label maps that are laid over their photos.</summary>
public sealed class OverlayOptions
{
    /// <summary>The image column to add.</summary>
    public string OutputColumnName { get; init; } = "Overlay";

    /// <summary>The column of label maps.</summary>
    public string LabelMapColumnName { get; init; } = "PredictedLabel";

    /// <summary>The column of photos, each of its label map's size.</summary>
    public string ImageColumnName { get; init; } = "Image";

    /// <summary>The colors; null: those that the column of label maps carries, else a fixed palette.</summary>
    public ClassList? ClassList { get; init; }

    /// <summary>Weight of the colors, 0 to 1; see <see cref="PaintOptions.Opacity"/>.</summary>
    public float Opacity { get; init; } = PaintOptions.DefaultOpacity;

    /// <summary>Whether class 0 is painted even where its name is background; see <see cref="PaintOptions.PaintBackground"/>.</summary>
    public bool PaintBackground { get; init; }
}
