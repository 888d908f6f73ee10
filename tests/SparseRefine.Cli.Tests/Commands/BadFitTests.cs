using Xunit;

namespace SparseRefine.Cli.Tests.Commands;

public sealed class BadFitTests(FittedModel fitted) : IClassFixture<FittedModel>, IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Fit_MissingOnnxFile_IsBadInput() => Fit(_folder["no.onnx"]).AssertBadInput("no.onnx", "expected");

    [Fact]
    public void Fit_NotAnOnnxFile_IsBadInput()
        => Fit(_folder.Write("text.onnx", "this is no model")).AssertBadInput("text.onnx", "expected");

    [Fact]
    public void Fit_EmptyOnnxFile_IsBadInput() => Fit(_folder.Write("empty.onnx", [])).AssertBadInput("empty.onnx", "expected");

    [Fact]
    public void Fit_TruncatedOnnxFile_IsBadInput()
        => Fit(_folder.Write("cut.onnx", TinyModels.Brightness()[..60])).AssertBadInput("cut.onnx", "expected");

    [Fact]
    public void Fit_ModelWithoutScores_IsBadInput()
        => Fit(_folder.Write("vector.onnx", TinyModels.WithoutScores())).AssertBadInput("vector.onnx", "expected");

    [Fact]
    public void Fit_AnotherClassCount_IsBadInput()
        => Fit(_folder.Write("three.onnx", TinyModels.ThreeClasses())).AssertBadInput("three.onnx", "classes2.csv", "got 3");

    [Fact]
    public void Fit_SizeThatContradictsTheModel_IsBadInput()
        => Fit(_folder.Write("fixed.onnx", TinyModels.Brightness(1, 16, 16)), "--size", "32x32").AssertBadInput("fixed.onnx", "32");

    [Fact]
    public void Fit_NaNScores_IsBadInput()
        => Fit(_folder.Write("nan.onnx", TinyModels.Brightness(float.NaN))).AssertBadInput("NaN");

    [Theory]
    [InlineData("id,name\n0,a\n")]
    [InlineData("")]
    [InlineData("id,name,r,g,b\n0,a,0,0,999\n1,b,0,0,0\n")]
    public void Fit_BadClasses_IsBadInput(string text)
        => Run("--classes", _folder.Write("bad.csv", text)).AssertBadInput("bad.csv", "expected");

    [Fact]
    public void Fit_MissingClasses_IsBadInput() => Run("--classes", _folder["no.csv"]).AssertBadInput("no.csv", "expected");

    [Fact]
    public void Fit_LabelOutOfRange_IsBadInput()
    {
        byte[] labels = new byte[48 * 64];
        labels[5] = 9;
        for (int i = 0; i < 3; i++)
        {
            _folder.WriteLabels($"labels/p{i}.png", labels, 48, 64);
        }

        Run("--labels", _folder["labels"]).AssertBadInput(".png", "9");
    }

    [Fact]
    public void Fit_OutIsTheDenseModel_IsBadInputAndTheModelStays()
    {
        byte[] bytes = TinyModels.Brightness();
        string dense = _folder.Write("own.onnx", bytes);
        Fit(dense, "--out", dense).AssertBadInput("--out", "own.onnx");
        Assert.Equal(bytes, File.ReadAllBytes(dense));
    }

    [Fact]
    public void Fit_OutIsAFolder_IsBadInput()
    {
        Directory.CreateDirectory(_folder["out.sparserefine"]);
        Run("--epochs", "1").AssertBadInput("--out");
    }

    [Theory]
    [InlineData("--selector", "entropy")]
    [InlineData("--selector", "entropy:-1")]
    [InlineData("--selector", "color:0.3")]
    [InlineData("--selector", "auto:ms=3")]
    [InlineData("--selector", "time:5")]
    [InlineData("--random-scale", "0.01-100")]
    [InlineData("--selector", "auto:density=2")]
    [InlineData("--features", "rgb,depth")]
    [InlineData("--planes", "16,x")]
    [InlineData("--reps", "0")]
    [InlineData("--epochs", "many")]
    [InlineData("--batch", "0")]
    [InlineData("--crop", "512")]
    [InlineData("--seed", "-1")]
    [InlineData("--scale", "0")]
    [InlineData("--scale", "half")]
    [InlineData("--class-weights", "1,-2")]
    [InlineData("--class-weights", "1,2,3")]
    [InlineData("--class-weights", "0,0")]
    [InlineData("--photometric", "2")]
    [InlineData("--average-weights", "1")]
    public void Fit_BadOption_NamesIt(string option, string value) => Run(option, value).AssertBadInput(option, "expected", "got");

    [Fact]
    public void Fit_HalfAValidationSet_IsBadInput()
        => Run("--validation-images", fitted.Folder["images"]).AssertBadInput("--validation-images, --validation-labels");

    [Fact]
    public void Run_UnknownCommand_IsBadInput() => Tool.Run("frobnicate").AssertBadInput();

    [Fact]
    public void Run_UnknownOption_IsBadInput() => Tool.Run("demo", "--frobnicate").AssertBadInput("--frobnicate");

    [Fact]
    public void Run_MissingOption_IsBadInput() => Tool.Run("info").AssertBadInput("--model");

    private ToolResult Fit(string dense, params string[] more) => Run(["--dense", dense, .. more]);

    private ToolResult Run(params string[] changes)
    {
        Dictionary<string, string> options = new()
        {
            ["--dense"] = fitted.Dense,
            ["--images"] = fitted.Folder["images"],
            ["--labels"] = fitted.Folder["labels"],
            ["--classes"] = fitted.Classes,
            ["--out"] = _folder["out.sparserefine"],
            ["--planes"] = "4",
            ["--epochs"] = "1",
            ["--crop"] = "16x16",
        };
        for (int i = 0; i < changes.Length; i += 2)
        {
            options[changes[i]] = changes[i + 1];
        }

        ToolResult result = Tool.Run(["fit", .. options.SelectMany(o => (string[])[o.Key, o.Value])]);
        Assert.False(File.Exists(_folder["out.sparserefine"]), "something was written");
        return result;
    }
}
