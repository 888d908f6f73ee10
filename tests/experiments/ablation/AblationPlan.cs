using System.Text.Json;
using System.Text.Json.Serialization;
using SparseRefine.Networks;
using SparseRefine.Training;

namespace SparseRefine.Experiments.Ablation;

/// <summary>One schedule, and the variants of the network that are trained by it.</summary>
internal sealed record AblationPlan(
    int Size,
    int Crop,
    int Epochs,
    int Batch,
    double MinScale,
    double MaxScale,
    double LearningRate,
    double Photometric,
    IReadOnlyList<float>? ClassWeights,
    IReadOnlyList<AblationPoint> Points)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter() },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        WriteIndented = true,
    };

    /// <summary>Reads a plan.</summary>
    /// <exception cref="InvalidInputException">No such file, or no such plan.</exception>
    public static AblationPlan Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<AblationPlan>(File.ReadAllText(path), Json)
                ?? throw new JsonException("expected an object, got null");
        }
        catch (Exception e) when (e is JsonException or IOException)
        {
            throw new InvalidInputException(path, "a plan", e.Message, e);
        }
    }

    /// <summary>How a point is trained.</summary>
    public DenseTrainerOptions Training(AblationPoint point) => new()
    {
        Backbone = point.Backbone,
        Blocks = point.Blocks ?? new FeatureRefinementOptions(2).Blocks,
        HasModule = point.HasModule,
        HasPairwise = point.HasPairwise,
        HasUnary = point.HasUnary,
        Pooling = point.Pooling,
        ContrastWeight = point.ContrastWeight,
        Epochs = Epochs,
        BatchSize = Batch,
        CropHeight = Crop,
        CropWidth = Crop,
        MinScale = MinScale,
        MaxScale = MaxScale,
        LearningRate = LearningRate,
        Photometric = Photometric,
        ClassWeights = ClassWeights,
        Seed = point.Seed,
    };

    /// <summary>What a point reached; null where it is not made yet.</summary>
    public static AblationResult? Result(string path) =>
        File.Exists(path) ? JsonSerializer.Deserialize<AblationResult>(File.ReadAllText(path), Json) : null;

    /// <summary>Writes what a point reached: to another name first, so that a file is whole or absent.</summary>
    public static void Write(string path, AblationResult result)
    {
        File.WriteAllText(path + ".part", JsonSerializer.Serialize(result, Json) + "\n");
        File.Move(path + ".part", path, overwrite: true);
    }
}
