using System.Text;
using System.Text.Json;
using SparseRefine.Cli.Commands;
using SparseRefine.MLNet;

namespace SparseRefine.Cli.Reports;

/// <summary>A benchmark as JSON for programs: medians. What the model's graph does not tell is null.</summary>
internal static class BenchJson
{
    /// <summary>Writes it.</summary>
    /// <param name="report">The figures.</param>
    /// <param name="file">The file.</param>
    public static void Write(BenchReport report, Stream file)
    {
        using (Utf8JsonWriter json = new(file, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteNumber("ratio", report.Ratio);
            json.WriteNumber("fullMs", report.FullMs);
            json.WriteNumber("lowMs", report.LowMs);
            json.WriteNumber("oursMs", report.OursMs);
            StageTimes ms = report.Stages;
            json.WriteStartObject("ms");
            json.WriteNumber("decode", ms.Decode);
            json.WriteNumber("dense", ms.Dense);
            json.WriteNumber("select", ms.Select);
            json.WriteNumber("extract", ms.Extract);
            json.WriteNumber("ensemble", ms.Ensemble);
            json.WriteNumber("total", ms.Total);
            json.WriteEndObject();
            json.WriteNumber("density", report.Density);
            if (report.OursMultiplyAdds is double macs)
            {
                json.WriteNumber("macs", macs);
            }
            else
            {
                json.WriteNull("macs");
            }

            json.WriteNumber("peakBytes", report.PeakBytes);
            json.WriteNumber("threads", report.Threads);
            json.WriteEndObject();
        }

        file.Write(Encoding.UTF8.GetBytes("\n"));
    }
}
