namespace SparseRefine.Testing;

public sealed class PhotoPair
{
    public string ImagePath { get; set; } = "";

    public string LabelPath { get; set; } = "";
}
