using Microsoft.ML;
using SparseRefine.Images;
using SparseRefine.Onnx;

namespace SparseRefine.MLNet;

/// <content>The options.</content>
public sealed partial class DenseSegmentationEstimator
{
    /// <summary>
    /// A dense model's columns and file, how it sees photos and where it runs: GPU and fall-back as the MLContext says, where they are not set.
    /// Exactly one of <see cref="ModelFile"/> and <see cref="ModelBytes"/> is set.
    /// </summary>
    public sealed record Options : DenseModelOptions
    {
        /// <summary>Starts with the defaults.</summary>
        public Options()
        {
        }

        /// <summary>Starts with how a model sees photos and where it runs.</summary>
        /// <param name="model">The settings.</param>
        public Options(DenseModelOptions model)
            : base(model)
        {
        }

        /// <summary>The column to add, of <see cref="LogitMap"/>.</summary>
        public string OutputColumnName { get; init => field = Checked.Name(value); } = "Logits";

        /// <summary>A further column to add, of <see cref="LabelMap"/> of the photo's size: the class of the largest bilinear logit; null: none.</summary>
        public string? PredictedLabelColumnName { get; init; }

        /// <summary>The image column.</summary>
        public string ImageColumnName { get; init => field = Checked.Name(value); } = "Image";

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
        public int BatchSize { get; init => field = Checked.That(value, value >= 1, "1 or more"); } = 1;

        /// <summary>Names and colors of the classes, which the columns' annotations then tell all the way to the metrics; null: unknown.</summary>
        public ClassList? ClassList { get; init; }

        /// <summary>The same options with the context's GPU and fall-back where they name none.</summary>
        internal Options In(MLContext context) => this with
        {
            GpuDeviceId = GpuDeviceId ?? context.GpuDeviceId,
            FallbackToCpu = FallbackToCpu ?? context.FallbackToCpu,
        };
    }
}
