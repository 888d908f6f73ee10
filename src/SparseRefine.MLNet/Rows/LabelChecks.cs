using SparseRefine.Images;

namespace SparseRefine.MLNet;

/// <summary>Checks of label maps.</summary>
internal static class LabelChecks
{
    /// <exception cref="InvalidInputException">An id that is neither a class nor the ignored one.</exception>
    public static void ThrowUnlessClasses(LabelMap labels, int classes, byte ignoreIndex, string name)
    {
        foreach (byte id in labels.Labels)
        {
            if (id >= classes && id != ignoreIndex)
            {
                throw new InvalidInputException(
                    name, $"class ids 0 to {classes - 1} or {ignoreIndex}", $"{id}");
            }
        }
    }
}
