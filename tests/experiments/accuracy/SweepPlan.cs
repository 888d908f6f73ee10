using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using SparseRefine.Networks;
using SparseRefine.Training;

namespace SparseRefine.Experiments.Accuracy;

/// <summary>What is to be made and measured: a JSON file whose paths are relative to the file itself.</summary>
/// <param name="Dense">The low-resolution model behind which refiners are fitted.</param>
/// <param name="Scale">Side of what it sees / side of the photo.</param>
/// <param name="SizeMultiple">Its sides are multiples of this.</param>
/// <param name="Classes">The classes file.</param>
/// <param name="Fit">Settings that every fitted point starts from.</param>
/// <param name="Points">The points, in the order in which they are made.</param>
internal sealed record SweepPlan(
    string Dense, double Scale, int SizeMultiple, string Classes, JsonObject Fit, IReadOnlyList<PlannedPoint> Points)
{
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>Reads and checks a plan.</summary>
    /// <exception cref="InvalidInputException">Not such a file, or a point that is not one of the three kinds.</exception>
    public static SweepPlan Load(string path)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        string At(string file) => Path.GetFullPath(Path.Combine(folder, file));
        try
        {
            SweepPlan plan = JsonSerializer.Deserialize<SweepPlan>(File.ReadAllText(path), Json)!;
            foreach (PlannedPoint point in plan.Points)
            {
                if ((point.Dense ?? point.Model ?? (object?)point.Fit) is null || (point.Dense is not null && (point.Model ?? (object?)point.Fit) is not null))
                {
                    throw new InvalidInputException($"{path}: point '{point.Name}'", "one of dense, model and fit, or model and fit", "none or others");
                }

                _ = point.Fit is null ? null : plan.Settings(point);
                _ = (point.Selectors ?? []).Select(PixelChoice.Parse).ToArray();
            }

            return plan with
            {
                Dense = At(plan.Dense),
                Classes = At(plan.Classes),
                Points =
                [
                    .. plan.Points.Select(p => p with
                    {
                        Dense = p.Dense is null ? null : At(p.Dense),
                        Model = p.Model is null ? null : At(p.Model),
                    }),
                ],
            };
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            throw new InvalidInputException(path, "a sweep plan", e.Message, e);
        }
    }

    /// <summary>The plan's settings with the point's own over them.</summary>
    public FitSettings Settings(PlannedPoint point)
    {
        var merged = (JsonObject)Fit.DeepClone();
        foreach ((string name, JsonNode? value) in point.Fit!)
        {
            merged[name] = value?.DeepClone();
        }

        return merged.Deserialize<FitSettings>(Json)!;
    }
}

/// <summary>One point: a dense model alone, a fitted pipeline that exists, or one to fit.</summary>
/// <param name="Name">Name of its files.</param>
/// <param name="Dense">A dense model, run at <paramref name="Scale"/>.</param>
/// <param name="Scale">1 where not given.</param>
/// <param name="Model">A <c>.sparserefine</c> file.</param>
/// <param name="Fit">Settings of a fit that differ from the plan's; beside a model: those that it was fitted with.</param>
/// <param name="Selectors">Selectors to measure behind it beside its own, see <see cref="PixelChoice"/>.</param>
internal sealed record PlannedPoint(
    string Name,
    string? Dense = null,
    double? Scale = null,
    string? Model = null,
    JsonObject? Fit = null,
    IReadOnlyList<string>? Selectors = null);

/// <summary>How a refiner is fitted; the words of <c>sparserefine fit</c>.</summary>
internal sealed record FitSettings(
    string Selector,
    string Features,
    IReadOnlyList<int> Planes,
    int Reps,
    int Epochs,
    int Crop,
    int Batch,
    int Crops,
    double MinScale,
    double MaxScale,
    bool VerticalFlip,
    double Dice,
    double LearningRate,
    double Photometric,
    double AverageWeights,
    int Seed,
    IReadOnlyList<float>? ClassWeights = null,
    bool Residual = false)
{
    [JsonIgnore]
    public RefinerTrainerOptions Options => new()
    {
        Features = FeatureSpec.Parse(Features),
        Planes = Planes,
        Reps = Reps,
        Residual = Residual,
        Epochs = Epochs,
        CropHeight = Crop,
        CropWidth = Crop,
        BatchSize = Batch,
        CropsPerPhoto = Crops,
        MinScale = MinScale,
        MaxScale = MaxScale,
        VerticalFlip = VerticalFlip,
        DiceWeight = Dice,
        LearningRate = LearningRate,
        Photometric = Photometric,
        AverageDecay = AverageWeights,
        ClassWeights = ClassWeights,
        Seed = Seed,
    };
}
