using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using SparseRefine.Images;
using SparseRefine.Networks;
using SparseRefine.Selectors;

namespace SparseRefine.MLNet;

/// <summary>
/// A chain with other people's transformers in it, read row by row through ML.NET's row mappers. A row serves one thread at a time: rows are
/// pooled, as many as photos were ever scored at once.
/// </summary>
internal sealed class RowScorer : PhotoScorer
{
    private const string PathColumn = "ImagePath";
    private const string ImageColumn = "Image";

    private readonly ConcurrentBag<Place> _idle = [];
    private readonly IRowToRowMapper _mapper;
    private readonly Columns _columns;

    public RowScorer(ModelParts parts)
    {
        _columns = Columns.Of(parts);
        DataViewSchema.Builder schema = new();

        // Columns of true labels may be named further on; they are never computed.
        foreach (string name in parts.Transformers.OfType<LabelMapLoadingTransformer>().Select(part => part.PathColumn).Prepend(PathColumn).Distinct())
        {
            schema.AddColumn(name, TextDataViewType.Instance);
        }

        foreach (string name in ImageColumns(parts))
        {
            schema.AddColumn(name, new ImageDataViewType());
        }

        ITransformer chain = new TransformerChain<ITransformer>([.. parts.BehindLoader]);
        _mapper = chain.GetRowToRowMapper(schema.ToSchema());

        // A chain without the columns is an error now, not at the first photo.
        _idle.Add(new Place(_mapper, _columns));
    }

    public override PhotoAnswer Score(MLImage photo, RefinementParts parts, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        Place place = _idle.TryTake(out Place? idle) ? idle : new Place(_mapper, _columns);

        // A row that threw is not kept, as nobody knows in which state other people's transformers left it. Rows are not disposed: some
        // transformers of ML.NET dispose their last source image with the row, which here is the caller's photo.
        PhotoAnswer answer = place.Score(photo, parts);
        _idle.Add(place);
        return answer;
    }

    // Where a chain that began with a loader wants its photo, and where one that begins at the image does.
    private static IEnumerable<string> ImageColumns(ModelParts parts)
    {
        List<string> names = [ImageColumn];
        if (parts.Transformers.FirstOrDefault() is ITransformer loader && ModelParts.IsPhotoLoader(loader))
        {
            DataViewSchema.Builder schema = new();
            schema.AddColumn(PathColumn, TextDataViewType.Instance);
            names.Add(loader.GetOutputSchema(schema.ToSchema()).First(column => column.Type is ImageDataViewType).Name);
        }

        return names.Distinct();
    }

    /// <summary>Where the stages leave what they found; null where the chain does not show it.</summary>
    private sealed record Columns(string? Logits, string? Selection, string? SparseLogits, string Labels)
    {
        public static Columns Of(ModelParts parts)
        {
            if (parts.Refinement?.Columns is SparseRefinementColumns joint)
            {
                return new(joint.Logits, joint.Selection, joint.SparseLogits, joint.Output);
            }

            return parts.Ensembling?.Columns is EnsemblingEstimator.Options separate
                ? new(separate.LogitsColumnName, separate.SelectedColumnName, separate.SparseLogitsColumnName, separate.OutputColumnName)
                : new(parts.Dense?.OutputColumn, null, null, parts.Dense?.LabelsColumn ?? "PredictedLabel");
        }
    }

    /// <summary>A row of the chain's output over a row with the photo.</summary>
    private sealed class Place
    {
        private readonly PhotoRow _input;
        private readonly ValueGetter<LogitMap>? _logits;
        private readonly ValueGetter<PixelSelection>? _selection;
        private readonly ValueGetter<SparseLogits>? _sparse;
        private readonly ValueGetter<LabelMap> _labels;

        public Place(IRowToRowMapper mapper, Columns columns)
        {
            _input = new PhotoRow(mapper.InputSchema);
            DataViewSchema schema = mapper.OutputSchema;
            string[] names = [.. new[] { columns.Logits, columns.Selection, columns.SparseLogits }.OfType<string>().Where(name => schema.GetColumnOrNull(name) is not null), columns.Labels];
            DataViewRow output = mapper.GetRow(_input, names.Select(name => schema[name]).ToArray());
            _logits = Getter<LogitMap>(columns.Logits);
            _selection = Getter<PixelSelection>(columns.Selection);
            _sparse = Getter<SparseLogits>(columns.SparseLogits);
            _labels = output.GetGetter<LabelMap>(schema[columns.Labels]);

            ValueGetter<T>? Getter<T>(string? name) => names.Contains(name) ? output.GetGetter<T>(schema[name!]) : null;
        }

        public PhotoAnswer Score(MLImage photo, RefinementParts parts)
        {
            _input.Set(photo);
            long start = Stopwatch.GetTimestamp();
            LogitMap? logits = Read(_logits);
            double dense = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            PixelSelection? selection = Read(_selection);
            SparseLogits? sparse = parts.HasFlag(RefinementParts.SparseLogits) ? Read(_sparse) : null;
            LabelMap labels = Read(_labels)!;
            return new PhotoAnswer
            {
                Labels = labels,
                Logits = logits,
                Times = new StageTimes { Dense = dense },
                SelectedPixels = selection?.Sites.Count,
                Selection = selection,
                SparseLogits = sparse,
            };
        }

        private static T? Read<T>(ValueGetter<T>? getter)
            where T : class
        {
            T value = null!;
            getter?.Invoke(ref value);
            return value;
        }
    }
}
