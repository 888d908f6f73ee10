using SparseRefine.Images;

namespace SparseRefine.MLNet;

/// <summary>Checks of single rows.</summary>
internal static class Rows
{
    /// <summary>The value of a row that must have one.</summary>
    /// <exception cref="InvalidInputException">The row has none.</exception>
    public static T Present<T>(T? value, string column)
        where T : class
        => value ?? throw new InvalidInputException($"column '{column}'", $"a {typeof(T).Name}", "none");

    /// <summary>Throws unless all of a row's labels are classes or the ignored id.</summary>
    /// <exception cref="InvalidInputException">An id that is neither.</exception>
    public static void ThrowUnlessClasses(LabelMap labels, int classes, byte ignoreIndex, string name)
    {
        foreach (byte id in labels.Labels)
        {
            if (id >= classes && id != ignoreIndex)
            {
                throw new InvalidInputException(name, $"class ids 0 to {classes - 1} or {ignoreIndex}", $"{id}");
            }
        }
    }
}
