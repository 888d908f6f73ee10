using System.Text.Json;
using Xunit;

namespace SparseRefine.Cli.Tests.Commands;

public sealed class TeacherTests(FittedModel fitted) : IClassFixture<FittedModel>, IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Fit_FullWithoutLabels_LearnsAndKeepsTheAnswers()
    {
        string[] words = Words("m", "--teacher", "full", "--workspace", _folder["work"], "--epochs", "6", "--learning-rate", "0.01");
        ToolResult fit = Tool.Run(words);
        fit.AssertSuccess();
        Assert.Contains("teacher: the dense model at scale 1; without labels: 2 of 2 photos to train on, 1 of 1 to validate on", fit.Output);
        Assert.Contains("teacher: 3 photos, 3 made in ", fit.Output);
        Assert.DoesNotContain("pixels are ignored", fit.Output);
        Assert.True(File.Exists(_folder["m"]));
        Assert.Equal(3, Directory.GetFiles(_folder["work/teacher"], "*.teacher").Length);

        ToolResult again = Tool.Run(words);
        again.AssertSuccess();
        Assert.Contains($"teacher: 3 photos, 3 answers found in {_folder["work"]};", again.Output);
    }

    [Fact]
    public void Fit_InterruptedWithWorkspace_GoesOnToTheSameFile()
    {
        Tool.Run(Words("straight", "--teacher", "full", "--epochs", "3")).AssertSuccess();
        string[] words = Words("resumed", "--teacher", "full", "--workspace", _folder["work"], "--epochs", "3");
        Assert.Contains("cancelled, the same command", Tool.RunUntil("epoch 1/3", words).Output);

        Tool.Run(words).AssertSuccess();

        Assert.Equal(File.ReadAllBytes(_folder["straight"]), File.ReadAllBytes(_folder["resumed"]));
    }

    [Fact]
    public void Fit_SomePhotosLabelled_UsesBoth()
    {
        Directory.CreateDirectory(_folder["labels"]);
        File.Copy(fitted.Folder["labels/p0.png"], _folder["labels/p0.png"]);
        ToolResult fit = Tool.Run(Words(
            "m", "--teacher", "full", "--labels", _folder["labels"], "--validation-images", fitted.Folder["images"], "--teacher-weight", "0.3"));
        fit.AssertSuccess();
        Assert.Contains("without labels: 2 of 3 photos to train on, 3 of 3 to validate on", fit.Output);
        Assert.Contains("--labels: 0.0 % of the pixels are ignored", fit.Output);
    }

    [Fact]
    public void Fit_TeachersFileWithItsConfigAndSize_IsRead()
    {
        string teacher = _folder.Write("strong/strong.onnx", TinyModels.Brightness(3));
        _folder.Write("strong/preprocessor_config.json", """{"image_mean": [0.4, 0.4, 0.4], "image_std": [0.2, 0.2, 0.2]}""");
        ToolResult fit = Tool.Run(Words("m", "--teacher", teacher, "--teacher-size", "0.5"));
        fit.AssertSuccess();
        Assert.Contains($"how {teacher} sees photos: ", fit.Output);
        Assert.Contains($"teacher: {teacher} at scale 0.5;", fit.Output);
        Assert.Contains("at 32x32;", Tool.Run(Words("n", "--teacher", teacher, "--teacher-size", "32x32")).Output);
    }

    [Fact]
    public void Fit_NeitherLabelsNorTeacher_IsBadInput() =>
        Tool.Run(Words("m")).AssertBadInput("--labels: expected a folder of labels, or --teacher for photos without, got neither");

    [Fact]
    public void Fit_TeacherOfOtherClasses_NamesBothFiles()
    {
        string three = _folder.Write("three.onnx", TinyModels.ThreeClasses());
        Tool.Run(Words("m", "--teacher", three)).AssertBadInput($"{three}: expected a teacher of 2 classes as {fitted.Dense} has, got 3");
    }

    [Fact]
    public void Fit_TeacherThatIsNoModel_IsBadInput()
    {
        Tool.Run(Words("m", "--teacher", _folder["no.onnx"])).AssertBadInput($"--teacher: expected full, or the file of a model, got '{_folder["no.onnx"]}', which is no file");
        Tool.Run(Words("m", "--teacher", _folder.Write("text.onnx", "no model"))).AssertBadInput("text.onnx", "expected");
        Assert.False(File.Exists(_folder["m"]));
    }

    [Fact]
    public void Fit_FullWithAModelOfOneSize_SaysSo()
    {
        string fixedSize = _folder.Write("fixed.onnx", TinyModels.Brightness(1, 16, 16));
        string[] words = [.. Words("m", "--teacher", "full").Select(word => word == fitted.Dense ? fixedSize : word)];
        Tool.Run(words).AssertBadInput($"--teacher full: expected a dense model that takes any size, or a teacher's file instead, got {fixedSize}, which takes 16x16 only");
    }

    [Fact]
    public void Fit_FullAtTheDenseModelsOwnSize_IsBadInput() => Tool.Run(Words("m", "--teacher", "full", "--teacher-size", "0.25"))
        .AssertBadInput("--teacher full: expected a teacher of another size than the dense model's own (--scale, --size, --teacher-size), got scale 0.25 for both");

    [Fact]
    public void Fit_FullWithSeveralDenseModels_IsBadInput() => Tool.Run(Words("m", "--teacher", "full", "--dense", fitted.Dense, "--out", _folder["n"]))
        .AssertBadInput("--teacher: expected a teacher's file beside 2 dense models, got full");

    [Theory]
    [InlineData("--teacher-size", "0.5")]
    [InlineData("--teacher-weight", "0.5")]
    [InlineData("--teacher-config", "x.json")]
    public void Fit_TeachersOptionWithoutTeacher_IsBadInput(string option, string value) =>
        Tool.Run(Words("m", "--labels", fitted.Folder["labels"], option, value)).AssertBadInput($"{option}: expected --teacher beside it, got none");

    [Theory]
    [InlineData("--teacher-size", "7", "--teacher-size: expected a number above 0, at most 4, got '7'")]
    [InlineData("--teacher-weight", "2", "--teacher-weight: expected a number from 0 to 1, got '2'")]
    [InlineData("--teacher-config", "x.json", "--teacher-config: expected a teacher's file beside it")]
    public void Fit_BadTeachersOption_IsBadInput(string option, string value, string message) =>
        Tool.Run(Words("m", "--teacher", "full", option, value)).AssertBadInput(message);

    [Theory]
    [InlineData("--teacher-size", "1")]
    [InlineData("--teacher-size", "48x64")]
    public void Evaluate_FullWithoutLabels_GivesTheAgreement(string option, string size)
    {
        string json = _folder["report.json"];
        ToolResult run = Tool.Run(
            "evaluate", "--model", fitted.Model, "--images", fitted.Folder["images"], "--teacher", "full", option, size, "--json", json);
        run.AssertSuccess();
        Assert.Contains("3 photos, by the teacher", run.Output);
        Assert.DoesNotContain("by labels", run.Output);
        JsonElement report = JsonDocument.Parse(File.ReadAllText(json)).RootElement;
        Assert.Equal(0, report.GetProperty("labelledImages").GetInt32());
        Assert.Equal(JsonValueKind.Null, report.GetProperty("initial").GetProperty("mIoU").ValueKind);
        Assert.InRange(report.GetProperty("teacher").GetProperty("initial").GetProperty("mIoU").GetDouble(), 0.3, 0.99);
        Assert.InRange(report.GetProperty("changed").GetDouble(), 0, report.GetProperty("density").GetDouble());
    }

    [Fact]
    public void Evaluate_TeacherAndLabels_GivesBoth()
    {
        ToolResult run = Tool.Run(
            "evaluate", "--model", fitted.Model, "--images", fitted.Folder["images"], "--labels", fitted.Folder["labels"],
            "--teacher", _folder.Write("strong.onnx", TinyModels.Brightness(3)), "--json", _folder["report.json"]);
        run.AssertSuccess();
        Assert.Contains("3 photos, by labels", run.Output);
        Assert.Contains("3 photos, by the teacher", run.Output);
        JsonElement report = JsonDocument.Parse(File.ReadAllText(_folder["report.json"])).RootElement;
        Assert.Equal(3, report.GetProperty("labelledImages").GetInt32());
        Assert.InRange(report.GetProperty("initial").GetProperty("mIoU").GetDouble(), 0.3, 0.99);
        Assert.InRange(report.GetProperty("teacher").GetProperty("byLabels").GetProperty("mIoU").GetDouble(), 0.9, 1);
    }

    [Fact]
    public void Evaluate_BadTeacher_IsBadInput()
    {
        string[] words = ["evaluate", "--model", fitted.Model, "--images", fitted.Folder["images"]];
        Tool.Run(words).AssertBadInput("--labels: expected a folder of labels, or --teacher for photos without, got neither");
        Tool.Run([.. words, "--teacher", _folder.Write("three.onnx", TinyModels.ThreeClasses())]).AssertBadInput("three.onnx: expected a teacher of 2 classes", "got 3");
        Tool.Run([.. words, "--teacher", _folder["no.onnx"]]).AssertBadInput("no.onnx");
        string[] dense = ["evaluate", "--dense", fitted.Dense, "--images", fitted.Folder["images"]];
        Tool.Run(dense).AssertBadInput("--labels: expected a folder of labels, or --teacher for photos without, got neither");
        Tool.Run([.. dense, "--teacher", _folder["three.onnx"]]).AssertBadInput("three.onnx: expected a teacher of 2 classes", "got 3");
    }

    [Fact]
    public void Evaluate_DenseModelBesideATeacher_GivesTheInitialAnswersAgreement()
    {
        string[] photos = ["--images", fitted.Folder["images"], "--teacher", _folder.Write("strong.onnx", TinyModels.Brightness(3)), "--json", _folder["report.json"]];
        JsonElement Report() => JsonDocument.Parse(File.ReadAllText(_folder["report.json"])).RootElement;
        Tool.Run(["evaluate", "--model", fitted.Model, .. photos]).AssertSuccess();
        JsonElement wanted = Report().GetProperty("teacher").GetProperty("initial");
        string[] dense = ["evaluate", "--dense", fitted.Dense, "--scale", "0.25", "--size-multiple", "1", "--classes", fitted.Classes, .. photos];

        ToolResult alone = Tool.Run(dense);
        alone.AssertSuccess();
        Assert.Contains("3 photos, by the teacher", alone.Output);
        Assert.DoesNotContain("by labels", alone.Output);
        Assert.Equal(3, Report().GetProperty("images").GetInt32());
        Assert.Equal(0, Report().GetProperty("labelledImages").GetInt32());
        Assert.Equal(wanted.GetProperty("mIoU").GetDouble(), Report().GetProperty("teacher").GetProperty("mIoU").GetDouble());

        ToolResult both = Tool.Run([.. dense, "--labels", fitted.Folder["labels"]]);
        both.AssertSuccess();
        Assert.Contains("3 photos, by labels", both.Output);
        Assert.Contains("teacher by labels: mIoU ", both.Output);
        Assert.Equal(wanted.GetProperty("pixelAccuracy").GetDouble(), Report().GetProperty("teacher").GetProperty("pixelAccuracy").GetDouble());
        Assert.InRange(Report().GetProperty("teacher").GetProperty("byLabels").GetProperty("mIoU").GetDouble(), 0.9, 1);
        Assert.InRange(Report().GetProperty("mIoU").GetDouble(), 0.3, 0.99);
    }

    private string[] Words(string output, params string[] more)
    {
        string[] epochs = more.Contains("--epochs") ? [] : ["--epochs", "1"];
        return
        [
            "fit", "--dense", fitted.Dense, "--images", fitted.Folder["images"], "--classes", fitted.Classes, "--out", _folder[output],
            "--scale", "0.25", "--size-multiple", "1", "--selector", "fraction:0.3", "--batch", "1", "--crop", "32x32", "--planes", "4", "--reps", "1",
            "--keep-anyway",
            .. epochs, .. more,
        ];
    }
}
