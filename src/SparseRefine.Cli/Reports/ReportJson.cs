using System.Text;
using System.Text.Json;
using SparseRefine.MLNet;

namespace SparseRefine.Cli.Reports;

/// <summary>The evaluation as JSON for programs. What was not measured is null.</summary>
internal static class ReportJson
{
    /// <summary>Writes the report.</summary>
    /// <param name="report">The evaluation.</param>
    /// <param name="path">The file to write.</param>
    public static void Write(RefinementReport report, string path)
    {
        using FileStream file = File.Create(path);
        using Utf8JsonWriter json = new(file, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteNumber("images", report.Images);
        json.WriteStartArray("classes");
        foreach (string name in report.ClassNames)
        {
            json.WriteStringValue(name);
        }

        json.WriteEndArray();
        WriteAnswer(json, "initial", report.Initial);
        WriteAnswer(json, "refinerOnly", report.RefinerOnly);
        WriteAnswer(json, "ensembled", report.Ensembled);
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
        json.WriteEndObject();
        json.Flush();
        file.Write(Encoding.UTF8.GetBytes("\n"));
    }

    private static void WriteAnswer(Utf8JsonWriter json, string name, RefinementAnswer answer)
    {
        json.WriteStartObject(name);
        WriteNumber(json, "mIoU", answer.Full.MeanIoU);
        WriteNumber(json, "maskMIoU", answer.Mask.MeanIoU);
        WriteNumber(json, "pixelAccuracy", answer.Full.PixelAccuracy);
        json.WriteStartArray("perClassIoU");
        foreach (double value in answer.Full.PerClassIoU)
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
        json.WriteEndObject();
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
