using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using SparseRefine.Images;

namespace SparseRefine.MLNet;

/// <summary>
/// A chain with other people's transformers in it, read row by row through ML.NET's row mappers up to the logits, where the refiner takes over;
/// one of separate stages up to its labels. A row serves one thread at a time: rows are pooled, as many as photos were ever scored at once.
/// </summary>
internal sealed class RowScorer : PhotoScorer
{
    private const string PathColumn = "ImagePath";
    private const string ImageColumn = "Image";

    private readonly ConcurrentBag<Place> _idle = [];
    private readonly IRowToRowMapper _mapper;
    private readonly RefinementStages? _stages;
    private readonly string? _logits;
    private readonly string _labels;

    public RowScorer(ModelParts parts, int threads)
        : base(parts.Refinement, threads)
    {
        _stages = parts.HasRefiner ? RefinementStages.Of(parts.Chain) : null;
        _logits = _stages?.Logits ?? parts.Dense?.OutputColumn;
        _labels = _stages?.Output ?? parts.Dense?.LabelsColumn ?? "PredictedLabel";
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

        ITransformer chain = new TransformerChain<ITransformer>([.. parts.BehindLoader.TakeWhile(part => part != parts.Refinement)]);
        _mapper = chain.GetRowToRowMapper(schema.ToSchema());

        // A chain without the columns is an error now, not at the first photo.
        parts.Refinement?.DescribeColumns(InputColumns.Of(_mapper.OutputSchema));
        _idle.Add(new Place(this));
    }

    public override PhotoAnswer Score(MLImage photo, RefinementParts parts, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        Place place = _idle.TryTake(out Place? idle) ? idle : new Place(this);

        // A row that threw is not kept, as nobody knows in which state other people's transformers left it. Rows are not disposed: some
        // transformers of ML.NET dispose their last source image with the row, which here is the caller's photo.
        PhotoAnswer answer = place.Score(photo, parts);
        _idle.Add(place);
        return answer;
    }

    public override void ReleaseBuffers() => _idle.Clear();

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

    /// <summary>A row of the chain's output over a row with the photo.</summary>
    private sealed class Place
    {
        private readonly PhotoRow _input;
        private readonly SharedImage? _image;
        private readonly ValueGetter<LogitMap>? _logits;
        private readonly ValueGetter<LabelMap>? _labels;
        private readonly Func<ImageView, LogitMap, RefinementParts, RefinementResult>? _refine;
        private readonly string _imageColumn;

        public Place(RowScorer owner)
        {
            _input = new PhotoRow(owner._mapper.InputSchema);
            DataViewSchema schema = owner._mapper.OutputSchema;
            RefinementStages? stages = owner._stages;
            _imageColumn = stages?.Image ?? ImageColumn;
            IEnumerable<string?> names = stages is null ? [owner._logits, owner._labels] : [stages.Image, stages.Logits, .. stages.Columns];
            DataViewRow output = owner._mapper.GetRow(_input, [.. names.OfType<string>().Select(name => schema[name])]);
            _logits = owner._logits is null ? null : output.GetGetter<LogitMap>(schema[owner._logits]);
            if (stages is null)
            {
                _labels = output.GetGetter<LabelMap>(schema[owner._labels]);
                return;
            }

            _image = SharedImage.Of(output, schema[stages.Image]);
            _refine = stages.Bind(output);
        }

        public PhotoAnswer Score(MLImage photo, RefinementParts parts)
        {
            _input.Set(photo);
            long start = Stopwatch.GetTimestamp();
            LogitMap? logits = null;
            _logits?.Invoke(ref logits!);
            double dense = Since(start);
            if (_labels is null)
            {
                RefinementResult refined = _refine!(Images.View(_image!.Value, _imageColumn), Rows.Present(logits, "logits"), parts);
                return new PhotoAnswer(refined.Labels, logits, refined.Times with { Dense = dense }, refined);
            }

            start = Stopwatch.GetTimestamp();
            LabelMap labels = null!;
            _labels(ref labels);
            return new PhotoAnswer(labels, logits, new StageTimes { Dense = dense, Select = Since(start) }, null);
        }
    }
}
