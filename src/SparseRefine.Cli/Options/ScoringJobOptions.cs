using System.CommandLine;
using SparseRefine.Batch;
using SparseRefine.Cli.Files;
using SparseRefine.Cli.Reports;

namespace SparseRefine.Cli.Options;

/// <summary>The options that every command that scores photos has.</summary>
internal sealed class ScoringJobOptions
{
    /// <summary>What is done unless told otherwise.</summary>
    public static readonly ScoringOptions Standard = new() { Model = "none", Output = "none", Inputs = new ScoringInputs() };

    private readonly ShippedModelOptionGroup _model = new();
    private readonly DeviceOption _device = new();
    private readonly StoreOption _stores = new();
    private readonly Option<string> _output = OptionValues.Required(
        "--out", "Folder for NAME.png, index PNGs of the classes, and the journal; or az://account/container/prefix, s3://bucket/prefix.", "DIR|STORE");
    private readonly ResultOptionGroup _results = new();
    private readonly Option<bool> _resume = new("--resume")
    {
        Description = "Go on with the journal in the output folder; false begins anew.",
        DefaultValueFactory = _ => true,
    };

    private readonly Option<bool> _verify = new("--verify") { Description = "Also read the results of the journal and compare their hashes; what differs is scored again." };

    private readonly Option<int> _workers = OptionValues.Int32("--workers", "Photos that are with the models at the same time. [default: 2, or 1 where memory is below 4 GB]", 1, Standard.Workers);
    private readonly Option<int> _threads = OptionValues.Threads();
    private readonly Option<double> _limit = OptionValues.Create(
        "--time-limit", "Seconds after which a photo is given up.", "S", text => OptionValues.Real(text, 0, 2e6), () => Standard.TimeLimit.TotalSeconds);

    private readonly Option<long> _pixels = OptionValues.MaxPixels(int.MaxValue / 4);
    private readonly Option<long?> _failures = OptionValues.Create("--max-failures", "End when more photos than this have failed.", "N", text => (long?)OptionValues.Long(text, 0));
    private readonly Option<string?> _report = OptionValues.Path(
        "--report", "Folder for report.html, one page about the job, written while it runs.", "DIR");
    private readonly Option<bool> _quiet = new("--quiet") { Description = "Print nothing but the last error." };
    private readonly Option<bool> _json = new("--log-json") { Description = "Print JSON lines: what started, each photo, each failure, progress, the end." };

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    public void AddTo(Command command)
    {
        _model.AddTo(command);
        _device.AddTo(command);
        _stores.AddTo(command);
        command.Add(_output);
        _results.AddTo(command);
        foreach (Option option in (Option[])[_resume, _verify, _workers, _threads, _limit, _pixels, _failures, _report, _quiet, _json])
        {
            command.Add(option);
        }

        command.Validators.Add(result =>
        {
            if (result.GetValue(_results.Mask) && result.GetResult(_model.Dense) is not null && result.GetResult(_model.Refiner) is null)
            {
                result.AddError("--mask: expected --refiner beside --dense, as a dense model by itself refines nothing, got none");
            }
        });
    }

    /// <summary>Reads them.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="inputs">The photos.</param>
    /// <param name="tell">Is told which configuration was found beside a dense model, and which device serves.</param>
    /// <returns>What to do.</returns>
    /// <exception cref="BadOptionException">A value that the job refuses.</exception>
    public ScoringOptions Read(ParseResult parsed, ScoringInputs inputs, Action<string> tell) => OptionValues.Checked(() => new ScoringOptions
    {
        Model = parsed.GetValue(_model.Model) ?? parsed.GetRequiredValue(_model.Dense)!,
        Open = machine => parsed.GetValue(_model.Model) is string model && StoreAddress.IsAddress(model)
            ? _stores.OpenModel(parsed, model, _device.Place(parsed, machine, tell))
            : _model.Open(parsed, _device.Place(parsed, machine, tell), tell),
        Output = parsed.GetRequiredValue(_output),
        OutputStore = _stores.Open(parsed, parsed.GetRequiredValue(_output)),
        OpenStore = _stores.Opener(parsed),
        Inputs = inputs,
        Results = _results.Read(parsed),
        Resume = parsed.GetValue(_resume),
        Verify = parsed.GetValue(_verify),
        Workers = parsed.GetValue(_workers),
        Threads = parsed.GetValue(_threads),
        TimeLimit = TimeSpan.FromSeconds(parsed.GetValue(_limit)),
        MaxPixels = parsed.GetValue(_pixels),
        MaxFailures = parsed.GetValue(_failures),
    });

    /// <summary>How progress is to be shown.</summary>
    /// <param name="parsed">The command line.</param>
    /// <returns>The view.</returns>
    public ScoringViewKind View(ParseResult parsed) => parsed.GetValue(_quiet) ? ScoringViewKind.Quiet
        : parsed.GetValue(_json) ? ScoringViewKind.Json
        : ScoringViewKind.Text;

    /// <summary>The page about the job.</summary>
    /// <param name="parsed">The command line.</param>
    /// <returns>Its writer; null without the option.</returns>
    /// <exception cref="InvalidInputException">The folder is a file.</exception>
    public HtmlReport? Report(ParseResult parsed)
    {
        if (parsed.GetValue(_report) is not string folder)
        {
            return null;
        }

        OutputFile.CheckFolder(folder, "--report");
        return new HtmlReport(folder);
    }
}
