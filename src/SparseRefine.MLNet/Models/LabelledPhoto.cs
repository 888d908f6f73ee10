using SparseRefine.Images;

namespace SparseRefine.MLNet;

/// <summary>A photo file and its true labels: what training and evaluation read. As ML.NET's data it gives a text column of each property's name.</summary>
public sealed class LabelledPhoto
{
    /// <summary>The photo file.</summary>
    public string ImagePath { get; set; } = "";

    /// <summary>Its label PNG; empty where none is needed.</summary>
    public string LabelPath { get; set; } = "";

    /// <summary>Reads the labels.</summary>
    /// <param name="reading">What the file's numbers and colors mean; null: a number is its class.</param>
    /// <returns>The labels.</returns>
    /// <exception cref="InvalidInputException">A file that is missing or no whole PNG, or an id or color that is no class; the message names the file.</exception>
    public LabelMap ReadLabels(LabelReading? reading = null) => (reading ?? new LabelReading()).Read(LabelPath);
}
