using SparseRefine.Images;

namespace SparseRefine.MLNet;

/// <summary>A photo file and its true labels: what training and evaluation read. As ML.NET's data it gives a text column of each property's name.</summary>
public sealed class LabelledPhoto
{
    /// <summary>The photo file.</summary>
    public string ImagePath { get; set; } = "";

    /// <summary>Its index-label PNG; empty where none is needed.</summary>
    public string LabelPath { get; set; } = "";

    /// <summary>Reads the labels.</summary>
    /// <param name="classes">Number of classes that ids must stay below; null: any id passes.</param>
    /// <param name="ignoreIndex">The id that means "not labelled" and always passes.</param>
    /// <param name="maxPixels">Larger label maps are refused before memory is taken for them.</param>
    /// <returns>The labels.</returns>
    /// <exception cref="InvalidInputException">A file that is missing or no whole index PNG, or an id that is no class; the message names the file.</exception>
    public LabelMap ReadLabels(
        int? classes = null, byte ignoreIndex = LabelMap.DefaultIgnoreIndex, long maxPixels = IndexPng.DefaultMaxPixels)
    {
        LabelMap labels = IndexPng.Read(LabelPath, maxPixels);
        if (classes is int count)
        {
            Rows.ThrowUnlessClasses(labels, count, ignoreIndex, LabelPath);
        }

        return labels;
    }
}
