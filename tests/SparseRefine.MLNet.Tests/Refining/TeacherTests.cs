using Microsoft.ML;
using Microsoft.ML.Data;
using SparseRefine.Images;
using SparseRefine.Onnx;
using SparseRefine.Training;
using Xunit;

namespace SparseRefine.MLNet.Tests.Refining;

public sealed class TeacherTests : IDisposable
{
    private readonly Scene _scene = new(photos: 4);
    private readonly DenseSegmentationTransformer _teacher;

    public TeacherTests() => _teacher = Teacher(2);

    public void Dispose()
    {
        _teacher.Dispose();
        _scene.Dispose();
    }

    [Fact]
    public void Fit_NoLabelColumn_LearnsTheTeachersAnswer()
    {
        List<EpochReport> epochs = [];
        _ = Fit(Data(labels: false), epochs.Add, options => options with { Epochs = 8, LearningRate = 5e-3 });

        Assert.True(epochs[^1].Loss < epochs[0].Loss, $"{epochs[0].Loss} -> {epochs[^1].Loss}");
        Assert.True(epochs[^1].Validation!.Ensembled.Full.MeanIoU > epochs[^1].Validation!.Initial.Full.MeanIoU);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Fit_CacheOfNothing_RunsTheTeacherOnceAPhoto(bool hasWorkspace)
    {
        _ = Fit(Data(), null, options => options with { CacheBytes = 0, WorkspacePath = hasWorkspace ? _scene.PathOf("work") : null });

        Assert.Equal(4, _teacher.Runs);
    }

    [Fact]
    public void Fit_WorkspaceOfAnEarlierFit_DoesNotRunTheTeacherAgain()
    {
        List<TeacherReport> reports = [];
        string work = _scene.PathOf("work");
        _ = Fit(Data(), null, options => options with { WorkspacePath = work, TeacherCallback = reports.Add });
        File.Delete(Path.Combine(work, "training.checkpoint"));
        _ = Fit(Data(), null, options => options with { WorkspacePath = work, TeacherCallback = reports.Add, Seed = 5 });

        Assert.Equal(4, _teacher.Runs);
        Assert.Equal([false, false, false, false, true, true, true, true], reports.Select(report => report.IsKept));
        Assert.All(reports, report => Assert.True(report.Bytes > 0));
        Assert.Equal(_scene.Pairs.Select(pair => pair.ImagePath), reports.Take(4).Select(report => report.Photo));

        File.Delete(Path.Combine(work, "training.checkpoint"));
        using DenseSegmentationTransformer other = Teacher(1);
        _ = Fit(other.Transform(Data(teacher: false)), null, options => options with { WorkspacePath = work, Seed = 6, CacheBytes = 0 });
        Assert.Equal(4, other.Runs);
    }

    [Fact]
    public void Label_WorkspaceOfAFit_FindsItsAnswersAndTheFitThoseItMade()
    {
        string work = _scene.PathOf("work");
        using (TeacherWorkspace answers = new(_teacher.Model, work))
        {
            using MLImage photo = PhotoReader.Read(_scene.Pairs[1].ImagePath);
            byte[] made = answers.Label(photo.AsView()).Labels;
            Assert.Equal(made, answers.Label(photo.AsView()).Labels);
            Assert.Equal(_teacher.Model.Run(photo.AsView()).ToLabels(Scene.Height, Scene.Width).Labels, made);
            Assert.Single(answers.Runs);
        }

        List<TeacherReport> reports = [];
        _ = Fit(Data(), null, options => options with { TeacherWorkspacePath = work, TeacherCallback = reports.Add });
        Assert.Equal([false, true, false, false], reports.Select(report => report.IsKept));

        using TeacherWorkspace again = new(_teacher.Model, work);
        foreach (PhotoPair pair in _scene.Pairs)
        {
            using MLImage photo = PhotoReader.Read(pair.ImagePath);
            _ = again.Label(photo.AsView());
        }

        Assert.Empty(again.Runs);
        using DenseModel coarser = _teacher.Model.AtScale(0.5);
        using TeacherWorkspace other = new(coarser, work);
        using MLImage first = PhotoReader.Read(_scene.Pairs[0].ImagePath);
        _ = other.Label(first.AsView());
        Assert.Single(other.Runs);
    }

    [Fact]
    public void Fit_InterruptedWhileTheTeacherRuns_GoesOnWhereItWas()
    {
        using CancellationTokenSource source = new();
        SparseRefinementTrainer.Options Options(SparseRefinementTrainer.Options options) => options with { WorkspacePath = _scene.PathOf("work"), CancellationToken = source.Token };
        int answers = 0;
        Assert.Throws<OperationCanceledException>(() => Fit(Data(), null, options => Options(options) with
        {
            TeacherCallback = _ =>
            {
                if (++answers == 3)
                {
                    source.Cancel();
                }
            },
        }));
        Assert.Equal(3, _teacher.Runs);

        _ = Fit(Data(), null, options => options with { WorkspacePath = _scene.PathOf("work") });

        Assert.Equal(4, _teacher.Runs);
    }

    [Fact]
    public void Fit_ColumnOfAnUnknownModel_IsKeptForTheFitAlone()
    {
        IDataView unknown = new UnnamedView(Data());
        for (int fits = 1; fits <= 2; fits++)
        {
            _ = Fit(unknown, null, options => options with { WorkspacePath = _scene.PathOf($"work{fits}"), CacheBytes = 0 });
            Assert.Equal(4 * fits, _teacher.Runs);
            Assert.False(Directory.Exists(_scene.PathOf($"work{fits}/teacher")));
        }
    }

    [Fact]
    public void Fit_SomeRowsWithoutLabels_TakesBoth()
    {
        _scene.Pairs[1].LabelPath = "";
        List<EpochReport> epochs = [];
        _ = Fit(Data(), epochs.Add, options => options);

        Assert.Equal(4, epochs[0].Validation!.Images);
    }

    [Fact]
    public void Fit_RowWithoutLabelsAndNoTeacher_NamesTheColumn()
    {
        _scene.Pairs[1].LabelPath = "";

        var error = Assert.Throws<InvalidInputException>(() => Fit(Data(), null, options => options with { TeacherLogitsColumnName = null }));
        Assert.Equal("column 'Label': expected a LabelMap, got none", error.Message);
    }

    [Fact]
    public void Fit_NoLabelColumnAndNoTeacher_NamesTheColumn() => Assert.Contains(
        "column 'Label': expected a LabelMap, got no such column",
        Assert.Throws<InvalidInputException>(() => Fit(Data(labels: false), null, options => options with { TeacherLogitsColumnName = null })).Message);

    [Fact]
    public void Fit_MissingTeacherColumn_NamesIt() => Assert.Contains(
        "column 'Teacher': expected a LogitMap, got no such column",
        Assert.Throws<InvalidInputException>(() => Fit(Data(teacher: false), null, options => options)).Message);

    [Fact]
    public void Fit_TeacherOfOtherClasses_SaysSo()
    {
        using DenseSegmentationTransformer two = _scene.Catalog.ApplyDenseModel(new DenseSegmentationEstimator.Options
        {
            OutputColumnName = "Teacher",
            ModelBytes = TinyModels.Brightness(),
            SizeMultiple = 1,
        }).Fit(Data(teacher: false));

        Assert.Contains(
            "expected a teacher's logits of 3 classes, got 2",
            Assert.Throws<InvalidInputException>(() => Fit(two.Transform(Data(teacher: false)), null, options => options)).Message);
    }

    [Fact]
    public void Fit_TwoColumn_LearnsFromATeacher()
    {
        List<EpochReport> epochs = [];
        _ = Fit(Data(labels: false), epochs.Add, options => options with { Method = RefinerMethod.TwoColumn, Selector = Selectors.PixelSelector.Parse("learned:0.3") });

        Assert.Equal(2, epochs.Count);
    }

    [Fact]
    public void EvaluateRefinement_TeachersColumn_CountsAgreement()
    {
        using var model = _scene.Fit();
        _scene.Pairs[2].LabelPath = "";
        IDataView data = _teacher.Transform(Data(teacher: false));
        SemanticSegmentationEvaluationOptions options = new() { TeacherLogitsColumnName = "Teacher" };
        ITransformer refiner = model.LastTransformer;

        RefinementReport report = _scene.Catalog.EvaluateRefinement(refiner, data, options: options);
        RefinementReport alone = _scene.Catalog.EvaluateRefinement(refiner, _teacher.Transform(Data(labels: false, teacher: false)), options: options);

        Assert.Equal((4, 3), (report.Images, report.LabelledImages));
        Assert.Equal(0, alone.LabelledImages);
        Assert.True(double.IsNaN(alone.Initial.Full.MeanIoU));
        Assert.Equal(report.Teacher!.Ensembled.Full.MeanIoU, alone.Teacher!.Ensembled.Full.MeanIoU);
        Assert.Equal(3, report.Teacher.ByLabels.Images);
        Assert.InRange(report.Changed, 0, report.Density);

        // By hand: the teacher's classes against the dense model's.
        long same = 0;
        long all = 0;
        foreach ((LogitMap teacher, LogitMap dense) in data.GetColumn<LogitMap>("Teacher").Zip(data.GetColumn<LogitMap>("Logits")))
        {
            byte[] truth = teacher.ToLabels(Scene.Height, Scene.Width).Labels;
            same += truth.Zip(dense.ToLabels(Scene.Height, Scene.Width).Labels).LongCount(pair => pair.First == pair.Second);
            all += truth.Length;
        }

        Assert.Equal((double)same / all, report.Teacher.Initial.Full.PixelAccuracy, 12);
    }

    [Fact]
    public void GetOutputSchema_TeacherAndNoLabels_Promises()
    {
        var trainer = _scene.Catalog.Trainers.SparseRefinement(_scene.Refinement() with { TeacherLogitsColumnName = "Teacher" });

        Assert.Contains(trainer.GetOutputSchema(Shapes.Of(Data(labels: false).Schema)), column => column.Name == "PredictedLabel");
    }

    private DenseSegmentationTransformer Teacher(float sharpness) => _scene.Catalog.ApplyDenseModel(new DenseSegmentationEstimator.Options
    {
        OutputColumnName = "Teacher",
        ModelBytes = OnnxModelBuilder.Identity(),
        Scale = 1,
        SizeMultiple = 1,
        Mean = [0, 0, 0],
        Std = [32 / sharpness, 32 / sharpness, 32 / sharpness],
        IntraOpNumThreads = 1,
    }).Fit(Data(teacher: false));

    private IDataView Data(bool labels = true, bool teacher = true)
    {
        IDataView data = _scene.Context.Transforms.LoadImages("Image", null, "ImagePath").Fit(_scene.Data).Transform(_scene.Data);
        data = labels
            ? _scene.Catalog.LoadLabelMaps(new LabelMapLoadingEstimator.Options { PathColumnName = "LabelPath", AllowMissing = true }).Fit(data).Transform(data)
            : data;
        data = _scene.Dense().Fit(data).Transform(data);
        return teacher ? _teacher.Transform(data) : data;
    }

    private SparseRefiner Fit(IDataView data, Action<EpochReport>? callback, Func<SparseRefinementTrainer.Options, SparseRefinementTrainer.Options> change) =>
        _scene.Catalog.Trainers.SparseRefinement(change(_scene.Refinement(callback) with { TeacherLogitsColumnName = "Teacher" })).Fit(data).Refiner;
}
