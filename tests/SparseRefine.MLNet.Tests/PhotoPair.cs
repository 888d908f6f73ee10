namespace SparseRefine.MLNet.Tests;

internal sealed class PhotoPair
{
    public string ImagePath { get; set; } = "";

    public string LabelPath { get; set; } = "";
}
