using Microsoft.ML.Data;
using SparseRefine.Images;
using SparseRefine.Networks;
using SparseRefine.Selectors;

namespace SparseRefine.MLNet.Tests.Contract;

/// <summary>A row with everything that any of our estimators takes; the sizes are not in the column types.</summary>
internal sealed class ContractRow
{
    public string ImagePath { get; set; } = "";

    public string LabelPath { get; set; } = "";

    public MLImage? Image { get; set; }

    public LabelMap? Label { get; set; }

    public LogitMap? Logits { get; set; }

    public PixelSelection? Selected { get; set; }

    public SparseLogits? SparseLogits { get; set; }

    [VectorType(3, 12, 20)]
    public float[]? Scores { get; set; }

    public ContractRow Without(string column)
    {
        var row = (ContractRow)MemberwiseClone();
        typeof(ContractRow).GetProperty(column)!.SetValue(row, column == nameof(LabelPath) ? "" : null);
        return row;
    }
}
