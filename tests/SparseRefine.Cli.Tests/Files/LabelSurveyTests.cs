using SparseRefine.Cli.Files;
using SparseRefine.MLNet;
using Spectre.Console;
using Xunit;

namespace SparseRefine.Cli.Tests.Files;

public sealed class LabelSurveyTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly StringWriter _output = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Take_MaskOf0And255WithTwoClasses_IsReadAndSaid()
    {
        LabelReading reading = Take(2, 0, 255, 255, 0);
        Assert.Equal([0, 1, 1, 0], reading.Read(_folder["l.png"]).Labels);
        Assert.Contains("255 is read as class 1 'class1'", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Take_MaskOf0And255WithMoreClasses_IsRefused() => Assert.Contains(
        "50.0 % of the pixels, is ignored", Assert.Throws<InvalidInputException>(() => Take(3, 0, 255, 255, 0)).Got, StringComparison.Ordinal);

    [Fact]
    public void Take_NothingLabelled_IsRefused() =>
        Assert.StartsWith("none: all 4", Assert.Throws<InvalidInputException>(() => Take(3, 255, 255, 255, 255)).Got, StringComparison.Ordinal);

    [Fact]
    public void Take_SomeIgnored_TellsTheShareAndClassesNeverSeen()
    {
        LabelReading reading = Take(3, 0, 1, 255, 1);
        Assert.Null(reading.Mapping);
        Assert.Contains("--labels: 25.0 % of the pixels are ignored; classes never seen: 2 'class2'", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Pair_SubfoldersAndSuffix_PairsByRelativeName()
    {
        foreach (string name in (string[])["i/x/a_leftImg8bit.png", "i/y/a_leftImg8bit.png", "l/x/a_gtFine_labelIds.png", "l/y/a_gtFine_labelIds.png", "l/y/a_gtFine_color.png"])
        {
            _folder.Write(name, "x");
        }

        PhotoPairs pairs = PhotoFolder.Pair(_folder["i"], "--images", _folder["l"], "--labels", "_gtFine_labelIds");
        Assert.Equal(["x", "y"], pairs.Rows.Select(row => Path.GetFileName(Path.GetDirectoryName(row.LabelPath))));
        Assert.All(pairs.Rows, row => Assert.Equal(row.ImagePath.Replace("/i/", "/l/").Replace("leftImg8bit", "gtFine_labelIds"), row.LabelPath));
        Assert.Null(pairs.Remark);
    }

    [Fact]
    public void Take_Cancelled_Ends()
    {
        using CancellationTokenSource stop = new();
        stop.Cancel();
        Assert.Throws<OperationCanceledException>(() => LabelSurvey.Take(
            AnsiConsole.Console, [new LabelledPhoto { LabelPath = _folder["gone.png"] }], new LabelReading(), "--labels", stop.Token));
    }

    [Fact]
    public void Take_ClassOfValidationPhotosAlone_IsTold()
    {
        TakeBoth([0, 1, 1, 0], [0, 2, 255, 2]);
        Assert.Contains("; classes that only photos to validate on have: 2 'class2'", _output.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("never seen", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Take_NothingLabelledToValidateOn_NamesItsOption() => Assert.Equal(
        "--validation-labels: expected labelled pixels to validate on, got none: all 4 are 255, which is ignored",
        Assert.Throws<InvalidInputException>(() => TakeBoth([0, 1, 2, 0], [255, 255, 255, 255])).Message);

    [Fact]
    public void Take_MaskWithUnknownClasses_IsRefused()
    {
        string path = _folder.WriteLabels("l.png", [0, 255, 255, 0], 2, 2);
        Assert.StartsWith("--labels: expected labels of all classes", Assert.Throws<InvalidInputException>(() => LabelSurvey.Take(
            AnsiConsole.Console, [new LabelledPhoto { LabelPath = path }], new LabelReading(), "--labels", default)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Pair_TiffLabels_AreFound()
    {
        foreach (string name in (string[])["i/a.tif", "l/a.tif", "i/b.jpg", "l/b.tiff", "i/c.jpg", "l/c.png", "l/c.txt"])
        {
            _folder.Write(name, "x");
        }

        Assert.Equal(["a.tif", "b.tiff", "c.png"], PhotoFolder.Pair(_folder["i"], "--images", _folder["l"], "--labels").Rows.Select(row => Path.GetFileName(row.LabelPath)));
    }

    private LabelReading Take(int classes, params byte[] labels)
    {
        string path = _folder.WriteLabels("l.png", labels, 2, 2);
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(_output) });
        console.Profile.Width = 400;
        return LabelSurvey.Take(
            console, [new LabelledPhoto { LabelPath = path }], new LabelReading { ClassList = ClassList.Load(_folder.WriteClasses(classes)) }, "--labels", default);
    }

    private void TakeBoth(byte[] training, byte[] validation)
    {
        LabelReading reading = new() { ClassList = ClassList.Load(_folder.WriteClasses(3)) };
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(_output) });
        console.Profile.Width = 400;
        LabelSurvey.Take(
            console,
            [new LabelledPhoto { LabelPath = _folder.WriteLabels("t.png", training, 2, 2) }],
            [new LabelledPhoto { LabelPath = _folder.WriteLabels("v.png", validation, 2, 2) }],
            reading,
            "--labels",
            "--validation-labels",
            default);
    }
}
