namespace SparseRefine.Onnx;

/// <summary>Texts of foreign exceptions, which may span lines, made fit for a one-line message.</summary>
internal static class OneLine
{
    public static string Of(Exception exception) => string.Join(
        ' ', exception.Message.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
}
