using SparseRefine.Gpu;

// export FOLDER [--architectures DIR] [--size HxW] [--only NAME]: writes graphs and photos.
// table FOLDER [--device cuda|cpu] [--runs N] [--warmup N] [--only NAME] [--skip-reference]: measures them.
// The repository's root is the current folder of `export`; `table` needs nothing but FOLDER.
string Value(string option, string standard)
{
    int at = Array.IndexOf(args, option);
    return at < 0 ? standard : at + 1 < args.Length ? args[at + 1] : throw new ArgumentException($"{option}: expected a value, got none");
}

try
{
    if (args is ["export", string target, ..])
    {
        int[] size = [.. Value("--size", "").Split('x', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)];
        new GraphWriter(target, size.Length == 2 ? (size[0], size[1]) : null, Value("--architectures", "../shared/data/architectures"), Value("--only", "")).Run();
        return 0;
    }

    if (args is ["table", string folder, ..])
    {
        Table table = new(folder, Value("--device", "cuda"), int.Parse(Value("--runs", "20")), int.Parse(Value("--warmup", "5")), Value("--only", ""), !args.Contains("--skip-reference"));
        return table.Run() ? 0 : 1;
    }

    Console.Error.WriteLine("expected export FOLDER or table FOLDER");
    return 2;
}
catch (Exception e) when (e is ArgumentException or FormatException or IOException or SparseRefine.InvalidInputException or Microsoft.ML.OnnxRuntime.OnnxRuntimeException)
{
    Console.Error.WriteLine(e.Message.ReplaceLineEndings(" "));
    return 2;
}
