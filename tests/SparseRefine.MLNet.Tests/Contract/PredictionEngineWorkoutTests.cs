using Microsoft.ML;
using Microsoft.ML.Data;
using Xunit;

namespace SparseRefine.MLNet.Tests.Contract;

/// <summary>PredictionEngines over every transformer of ours, fitted and loaded.</summary>
public sealed class PredictionEngineWorkoutTests(ContractFixture fixture) : IClassFixture<ContractFixture>
{
    public static TheoryData<string> Cases => [.. EstimatorCase.All.Select(known => known.Name)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Predict_EveryRowTwice_EqualsTransform(string name) => Run(name, new Check(fixture, name, fixture.Fitted(name)));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Predict_LoadedModel_EqualsTransform(string name)
    {
        string file = fixture.Scene.PathOf($"{Guid.NewGuid():N}.sparserefine");
        fixture.Scene.Catalog.Save(fixture.Fitted(name), null, file);
        var context = new MLContext();
        using var loaded = (TransformerChain<ITransformer>)context.SemanticSegmentation.Load(file, out _);
        Run(name, new Check(fixture, name, loaded));
    }

    private static void Run(string name, Check check)
    {
        var run = typeof(Check).GetMethod(nameof(Check.Run))!.MakeGenericMethod(EstimatorCase.Of(name).Answer);
        run.Invoke(check, System.Reflection.BindingFlags.DoNotWrapExceptions, null, [], null);
    }

    private sealed class Check(ContractFixture fixture, string name, ITransformer model)
    {
        public void Run<TAnswer>()
            where TAnswer : class, new()
        {
            List<string> expected = ColumnReader.Read(fixture.Fitted(name).Transform(fixture.Data), "Out");
            using (var engine = fixture.Scene.Context.Model.CreatePredictionEngine<ContractRow, TAnswer>(
                model, new PredictionEngineOptions { OwnsTransformer = false }))
            {
                for (int i = 0; i < 2 * expected.Count; i++)
                {
                    TAnswer answer = engine.Predict(fixture.Rows[i % expected.Count]);
                    object? value = typeof(TAnswer).GetProperty("Out")!.GetValue(answer);
                    Assert.Equal(expected[i % expected.Count], ColumnReader.Text(value));
                    Assert.NotSame(fixture.Rows[i % expected.Count].Image, value);
                }

                string column = EstimatorCase.Of(name).Needs[0];
                Assert.Throws<InvalidInputException>(() => engine.Predict(fixture.Rows[0].Without(column)));
                Assert.NotNull(engine.Predict(fixture.Rows[0]));
            }

            // Neither the model nor an image of the caller ended with the engine.
            Assert.Equal(expected, ColumnReader.Read(model.Transform(fixture.Data), "Out"));
            Assert.All(fixture.Rows, row => Assert.Equal(Scene.Height * Scene.Width * 4, row.Image!.Pixels.Length));
        }
    }
}
