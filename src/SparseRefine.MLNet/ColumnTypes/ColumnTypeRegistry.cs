using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using SparseRefine.Images;
using SparseRefine.Networks;
using SparseRefine.Selectors;

namespace SparseRefine.MLNet;

/// <summary>
/// Tells ML.NET which column types our row properties have, so that a plain class with a property of type
/// <see cref="LabelMap"/>, <see cref="LogitMap"/>, <see cref="PixelSelection"/>, <see cref="SparseLogits"/> or
/// <see cref="MLImage"/> works as a row. The first use of the catalog calls it; a program that makes data views of
/// such rows earlier calls it itself. Calling it again changes nothing. Thread-safe.
/// </summary>
public static class ColumnTypeRegistry
{
    /// <summary>Registers the types with <see cref="DataViewTypeManager"/>.</summary>
    public static void Register()
    {
        DataViewTypeManager.Register(new LogitMapDataViewType(), typeof(LogitMap));
        DataViewTypeManager.Register(new PixelSelectionDataViewType(), typeof(PixelSelection));
        DataViewTypeManager.Register(new SparseLogitsDataViewType(), typeof(SparseLogits));
        DataViewTypeManager.Register(new LabelMapDataViewType(), typeof(LabelMap));
        DataViewTypeManager.Register(new ImageDataViewType(), typeof(MLImage));
    }

    /// <summary>
    /// Registers a column's own type, where it states sizes: ML.NET fills a class's members from registered types only.
    /// </summary>
    internal static void Register(DataViewType type)
    {
        switch (type)
        {
            case ImageDataViewType { Height: > 0, Width: > 0 } image:
                DataViewTypeManager.Register(image, typeof(MLImage), new ImageTypeAttribute(image.Height, image.Width));
                break;
            case LogitMapDataViewType { Classes: not null } or LogitMapDataViewType { Height: not null } or LogitMapDataViewType { Width: not null }
                or PixelSelectionDataViewType { Height: not null } or PixelSelectionDataViewType { Width: not null }
                or SparseLogitsDataViewType { Classes: not null }
                or LabelMapDataViewType { Height: not null } or LabelMapDataViewType { Width: not null }:
                new ColumnShapeAttribute(type).Register();
                break;
        }
    }
}
