namespace SparseRefine.Batch;

/// <summary>Texts of exceptions as one line.</summary>
internal static class OneLine
{
    /// <summary>Joins the lines, and leaves out the parameter's name that .NET puts at the end.</summary>
    public static string Of(string text) => string.Join(
        ' ',
        text.Split(" (Parameter '", 2)[0].Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
}
