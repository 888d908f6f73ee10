using Xunit;

namespace SparseRefine.Cli.Tests.Commands;

/// <summary>A pipeline fitted once by the tool on photos of its own, for the tests that need one.</summary>
public sealed class FittedModel : IDisposable
{
    public FittedModel()
    {
        for (int i = 0; i < 3; i++)
        {
            Folder.WritePhoto($"p{i}.png", 48, 64, seed: i);
        }

        Classes = Folder.WriteClasses();
        Dense = Folder.Write("dense.onnx", TinyModels.Brightness());
        Model = Folder["fitted.sparserefine"];
        Fit = Tool.Run(
            "fit", "--keep-anyway", "--dense", Dense, "--images", Folder["images"], "--labels", Folder["labels"], "--classes", Classes,
            "--out", Model, "--scale", "0.25", "--size-multiple", "1", "--selector", "fraction:0.3", "--planes", "4,8",
            "--reps", "1", "--epochs", "2", "--batch", "2", "--crop", "32x32", "--seed", "3");
    }

    public TestFolder Folder { get; } = new();

    public string Classes { get; }

    public string Dense { get; }

    public string Model { get; }

    internal ToolResult Fit { get; }

    public void Dispose() => Folder.Dispose();
}
