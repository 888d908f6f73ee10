namespace SparseRefine.Selectors;

/// <summary>A score of at least 0 that depends on a pixel's index only, not on the photo. Implementations are small structs, so that loops inline it.</summary>
internal interface IIndexScore
{
    /// <summary>The score of the pixel with this linear index.</summary>
    float Of(int index);
}
