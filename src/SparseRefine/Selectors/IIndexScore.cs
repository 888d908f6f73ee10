namespace SparseRefine.Selectors;

/// <summary>A number from 0 up for each pixel, whatever it shows. Empty or small structs, so that loops inline it.</summary>
internal interface IIndexScore
{
    /// <summary>The score of the pixel with this linear index.</summary>
    float Of(int index);
}
