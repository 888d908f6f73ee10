using System.Collections.Concurrent;
using Microsoft.ML;
using Microsoft.ML.Data;
using SparseRefine.Images;
using SparseRefine.Networks;
using SparseRefine.Selectors;

namespace SparseRefine.MLNet.Tests.Contract;

/// <summary>Rows of several sizes with all columns, and each case fitted once.</summary>
public sealed class ContractFixture : IDisposable
{
    private readonly ConcurrentDictionary<string, ITransformer> _fitted = [];
    private readonly List<ContractRow> _rows = [];
    private readonly IDisposable _model;

    public ContractFixture()
    {
        TransformerChain<SparseRefinementTransformer> model = Scene.Fit();
        _model = model;
        IDataView data = model.Transform(Scene.Data);
        LabelMap[] labels = [.. data.GetColumn<LabelMap>("Label")];
        LogitMap[] logits = [.. data.GetColumn<LogitMap>("Logits")];
        PixelSelection[] selections = [.. data.GetColumn<PixelSelection>("Selected")];
        SparseLogits[] sparse = [.. data.GetColumn<SparseLogits>("SparseLogits")];
        for (int i = 0; i < labels.Length; i++)
        {
            _rows.Add(new ContractRow
            {
                ImagePath = Scene.Pairs[i].ImagePath,
                LabelPath = Scene.Pairs[i].LabelPath,
                Image = MLImage.CreateFromFile(Scene.Pairs[i].ImagePath),
                Label = labels[i],
                Logits = logits[i],
                Selected = selections[i],
                SparseLogits = sparse[i],
                Scores = logits[i].Values,
            });
        }
    }

    internal Scene Scene { get; } = new(photos: 5);

    internal IReadOnlyList<ContractRow> Rows => _rows;

    internal IDataView Data => View(_rows);

    internal IDataView View(params IEnumerable<ContractRow> rows) => Scene.Context.Data.LoadFromEnumerable(rows.ToList());

    internal ITransformer Fitted(string name) =>
        _fitted.GetOrAdd(name, _ => EstimatorCase.Of(name).Make(Scene, "Out").Fit(Data));

    public void Dispose()
    {
        foreach (IDisposable transformer in _fitted.Values.OfType<IDisposable>())
        {
            transformer.Dispose();
        }

        _model.Dispose();
        _rows.ForEach(row => row.Image!.Dispose());
        Scene.Dispose();
    }
}
