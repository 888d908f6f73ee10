using System.Text;
using System.Text.Json;
using SparseRefine.Metrics;
using SparseRefine.MLNet;

namespace SparseRefine.Cli.Reports;

/// <summary>The evaluation as JSON for programs. What was not measured is null, and so is the IoU of a class of which no labelled pixel is.</summary>
internal static class ReportJson
{
    /// <summary>Writes the report of a refiner.</summary>
    /// <param name="report">The evaluation.</param>
    /// <param name="file">The file.</param>
    public static void Write(RefinementReport report, Stream file) => Write(file, report.Images, report.ClassNames, json =>
    {
        WriteAnswer(json, "initial", report.Initial);
        WriteAnswer(json, "refinerOnly", report.RefinerOnly);
        WriteAnswer(json, "ensembled", report.Ensembled);
        if (report.Teacher is TeacherAgreement teacher)
        {
            json.WriteNumber("labelledImages", report.LabelledImages);
            json.WriteStartObject("teacher");
            WriteAnswer(json, "initial", teacher.Initial);
            WriteAnswer(json, "refinerOnly", teacher.RefinerOnly);
            WriteAnswer(json, "ensembled", teacher.Ensembled);
            json.WriteStartObject("byLabels");
            WriteScores(json, teacher.ByLabels, null);
            json.WriteEndObject();
            WriteNumber(json, "ms", teacher.Milliseconds);
            json.WriteEndObject();
            WriteNumber(json, "changed", report.Changed);
        }

        WriteNumber(json, "density", report.Density);
        StageTimes ms = report.Milliseconds;
        json.WriteStartObject("ms");
        WriteNumber(json, "decode", ms.Decode);
        WriteNumber(json, "dense", ms.Dense);
        WriteNumber(json, "select", ms.Select);
        WriteNumber(json, "extract", ms.Extract);
        WriteNumber(json, "ensemble", ms.Ensemble);
        WriteNumber(json, "total", ms.Total);
        json.WriteEndObject();
        json.WriteStartObject("macs");
        WriteNumber(json, "dense", report.DenseMultiplyAdds ?? double.NaN);
        WriteNumber(json, "extract", report.ExtractMultiplyAdds);
        json.WriteEndObject();
    });

    /// <summary>Writes the report of a dense model.</summary>
    /// <param name="report">The evaluation.</param>
    /// <param name="file">The file.</param>
    public static void Write(DenseReport report, Stream file) => Write(file, report.Images, report.ClassNames, json =>
    {
        if (report.Metrics is not null)
        {
            WriteScores(json, report.Metrics, null);
        }

        if (report.Teacher is DenseAgreement teacher)
        {
            json.WriteNumber("labelledImages", report.Metrics?.Images ?? 0);
            json.WriteStartObject("teacher");
            WriteScores(json, teacher.Counts);
            json.WriteStartObject("byLabels");
            WriteScores(json, teacher.ByLabels);
            json.WriteEndObject();
            WriteNumber(json, "ms", teacher.Milliseconds);
            json.WriteEndObject();
        }

        json.WriteStartObject("ms");
        WriteNumber(json, "decode", report.DecodeMilliseconds);
        WriteNumber(json, "dense", report.DenseMilliseconds);
        json.WriteEndObject();
        WriteNumber(json, "macs", report.MultiplyAdds ?? double.NaN);
    });

    private static void Write(Stream file, int images, IEnumerable<string> classes, Action<Utf8JsonWriter> content)
    {
        using Utf8JsonWriter json = new(file, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteNumber("images", images);
        json.WriteStartArray("classes");
        foreach (string name in classes)
        {
            json.WriteStringValue(name);
        }

        json.WriteEndArray();
        content(json);
        json.WriteEndObject();
        json.Flush();
        file.Write(Encoding.UTF8.GetBytes("\n"));
    }

    private static void WriteAnswer(Utf8JsonWriter json, string name, RefinementAnswer answer)
    {
        json.WriteStartObject(name);
        WriteScores(json, answer.Full, answer.Selected);
        json.WriteEndObject();
    }

    private static void WriteScores(Utf8JsonWriter json, SemanticSegmentationMetrics full, SemanticSegmentationMetrics? mask)
    {
        WriteNumber(json, "mIoU", full.MeanIoU);
        if (mask is not null)
        {
            WriteNumber(json, "maskMIoU", mask.MeanIoU);
        }

        WriteScores(json, full.PixelAccuracy, full.PerClassIoU);
    }

    private static void WriteScores(Utf8JsonWriter json, ConfusionMatrix counts)
    {
        WriteNumber(json, "mIoU", counts.MeanIoU);
        WriteScores(json, counts.PixelAccuracy, counts.PerClassIoU);
    }

    private static void WriteScores(Utf8JsonWriter json, double pixelAccuracy, IEnumerable<double> perClassIoU)
    {
        WriteNumber(json, "pixelAccuracy", pixelAccuracy);
        json.WriteStartArray("perClassIoU");
        foreach (double value in perClassIoU)
        {
            if (double.IsFinite(value))
            {
                json.WriteNumberValue(value);
            }
            else
            {
                json.WriteNullValue();
            }
        }

        json.WriteEndArray();
    }

    // JSON has no NaN.
    private static void WriteNumber(Utf8JsonWriter json, string name, double value)
    {
        if (double.IsFinite(value))
        {
            json.WriteNumber(name, value);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
