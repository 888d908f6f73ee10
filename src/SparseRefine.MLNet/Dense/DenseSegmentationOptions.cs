using SparseRefine.Images;
using SparseRefine.Onnx;

namespace SparseRefine.MLNet;

/// <summary>A dense model's columns, file and manner. Exactly one of <see cref="ModelFile"/> and <see cref="ModelBytes"/> is set.</summary>
public sealed class DenseSegmentationOptions
{
    /// <summary>The column to add, of <see cref="LogitMap"/>.</summary>
    public string OutputColumnName { get; init; } = "Logits";

    /// <summary>A further column to add, of <see cref="LabelMap"/> of the photo's size: the class of the largest bilinear logit; null: none.</summary>
    public string? PredictedLabelColumnName { get; init; }

    /// <summary>The image column.</summary>
    public string ImageColumnName { get; init; } = "Image";

    /// <summary>Path of the ONNX file.</summary>
    public string? ModelFile { get; init; }

    /// <summary>The ONNX file's bytes. Must not be changed afterwards.</summary>
    public byte[]? ModelBytes { get; init; }

    /// <summary>What errors call a model that is given by its bytes; null: "ONNX model".</summary>
    public string? ModelName { get; init; }

    /// <summary>
    /// Photos that are scored in one run of the ONNX session when rows are read one after another (not by a prediction engine), 1 unless set.
    /// Above 1, each cursor reads that many rows ahead and keeps their values, copies of images included, where columns are asked for; neighbours
    /// that the model sees at equal size share a run. Scores are those of single runs within ONNX Runtime's own rounding. Needs a
    /// model that leaves its first axis open.
    /// </summary>
    public int BatchSize { get; init; } = 1;

    /// <summary>Names and colours of the classes, which the columns' annotations then tell all the way to the metrics; null: unknown.</summary>
    public ClassList? ClassList { get; init; }

    /// <summary>How the model sees photos and where it runs; null: all defaults, GPU and fall-back as the MLContext says.</summary>
    public DenseModelOptions? Model { get; init; }
}
