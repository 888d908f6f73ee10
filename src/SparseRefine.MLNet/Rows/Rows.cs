namespace SparseRefine.MLNet;

/// <summary>Checks of single rows.</summary>
internal static class Rows
{
    /// <summary>The value of a row that must have one.</summary>
    /// <exception cref="InvalidInputException">The row has none.</exception>
    public static T Present<T>(T? value, string column)
        where T : class
        => value ?? throw new InvalidInputException($"column '{column}'", $"a {typeof(T).Name}", "none");
}
