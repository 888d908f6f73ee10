using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using SparseRefine.Images;
using SparseRefine.Networks;
using SparseRefine.Selectors;

namespace SparseRefine.MLNet;

/// <summary>
/// The types of our columns: one instance each, registered with ML.NET, so that a plain class with a property of type
/// <see cref="SparseRefine.Images.LabelMap"/>, <see cref="SparseRefine.Images.LogitMap"/>, <see cref="SparseRefine.Selectors.PixelSelection"/>, <see cref="SparseRefine.Networks.SparseLogits"/> or
/// <see cref="MLImage"/> works as a row. Thread-safe.
/// </summary>
public static class ColumnTypes
{
    /// <summary>The type of a column of <see cref="SparseRefine.Images.LabelMap"/>: one class index for every pixel.</summary>
    public static DataViewType LabelMap => ColumnType<LabelMap>.Instance;

    /// <summary>The type of a column of <see cref="SparseRefine.Images.LogitMap"/>: a dense model's class scores at the model's own resolution.</summary>
    public static DataViewType LogitMap => ColumnType<LogitMap>.Instance;

    /// <summary>The type of a column of <see cref="SparseRefine.Selectors.PixelSelection"/>: the selected pixels, and the dense model's label of every pixel.</summary>
    public static DataViewType PixelSelection => ColumnType<PixelSelection>.Instance;

    /// <summary>The type of a column of <see cref="SparseRefine.Networks.SparseLogits"/>: the sparse network's class scores for the selected pixels.</summary>
    public static DataViewType SparseLogits => ColumnType<SparseLogits>.Instance;

    /// <summary>The type of a column of images whose size differs or is unknown.</summary>
    internal static ImageDataViewType Image { get; } = new();

    /// <summary>
    /// Registers the types with <see cref="DataViewTypeManager"/>. The first use of anything in this library has called it; a program that makes
    /// data views of such rows before that calls it itself. Calling it again changes nothing.
    /// </summary>
    public static void Register()
    {
        DataViewTypeManager.Register(LogitMap, typeof(LogitMap));
        DataViewTypeManager.Register(PixelSelection, typeof(PixelSelection));
        DataViewTypeManager.Register(SparseLogits, typeof(SparseLogits));
        DataViewTypeManager.Register(LabelMap, typeof(LabelMap));
        DataViewTypeManager.Register(Image, typeof(MLImage));
    }

    /// <summary>Registers an image column's own type, where it states a size: ML.NET fills a class's members from registered types only.</summary>
    internal static void Register(DataViewType type)
    {
        if (type is ImageDataViewType { Height: > 0, Width: > 0 } image)
        {
            DataViewTypeManager.Register(image, typeof(MLImage), new ImageTypeAttribute(image.Height, image.Width));
        }
    }

    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "ML.NET has no other place where a library could make its column types known.")]
    internal static void Initialize() => Register();
}
