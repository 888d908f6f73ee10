using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Xunit;

namespace SparseRefine.Samples.Tests;

/// <summary>What the web sample does with more than it has room for, and when it is asked to end.</summary>
public sealed class WebLimitTests(NarrowWebServer server, Crops crops) : IClassFixture<NarrowWebServer>, IClassFixture<Crops>
{
    private byte[] Photo => File.ReadAllBytes(crops.Photo);

    [Fact]
    public async Task Post_BodiesThatComeSlowly_KeepNobodyWaitingAndAreEnded()
    {
        // More slow clients than places with the model, fewer than bodies may be read.
        using SlowPost first = await SlowPost.BeginAsync(server.Client.BaseAddress!, Photo, 100);
        using SlowPost second = await SlowPost.BeginAsync(server.Client.BaseAddress!, Photo, 100);
        Assert.Equal(HttpStatusCode.OK, (await Post(Photo)).StatusCode);
        Assert.Equal("HTTP/1.1 408 Request Timeout", await first.AnswerAsync());
        Assert.Equal("HTTP/1.1 408 Request Timeout", await second.AnswerAsync());
        AssertNoErrors();
    }

    [Fact]
    public async Task Post_AsManyBodiesAsMayBe_Is503AndNotReadyUntilTheyAreEnded()
    {
        SlowPost[] slow = await Task.WhenAll(Enumerable.Range(0, NarrowWebServer.Readers).Select(_ => SlowPost.BeginAsync(server.Client.BaseAddress!, Photo, 100)));
        await Until(async () => (await server.Client.GetAsync("/ready")).StatusCode == HttpStatusCode.ServiceUnavailable);
        Assert.Equal(HttpStatusCode.OK, (await server.Client.GetAsync("/health")).StatusCode);
        HttpResponseMessage answer = await Post(Photo);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.InRange(answer.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 300);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        foreach (SlowPost post in slow)
        {
            Assert.Equal("HTTP/1.1 408 Request Timeout", await post.AnswerAsync());
            post.Dispose();
        }

        await Until(async () => await server.Client.GetStringAsync("/ready") == "Healthy");
        Assert.Equal(HttpStatusCode.OK, (await Post(Photo)).StatusCode);
    }

    [Fact]
    public async Task Post_FiveHundredAtOnce_AreAnsweredOrToldWhenToComeAgain()
    {
        byte[] photo = Photo;
        HttpResponseMessage[] answers = await Task.WhenAll(Enumerable.Range(0, 500).Select(_ => Post(photo)));
        Assert.All(answers, answer => Assert.Contains(answer.StatusCode, new[] { HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable }));
        Assert.Contains(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        Assert.All(answers.Where(answer => answer.StatusCode != HttpStatusCode.OK), answer => Assert.NotNull(answer.Headers.RetryAfter?.Delta));
        Assert.Equal(HttpStatusCode.OK, (await Post(photo)).StatusCode);

        // Nothing of the bodies stays, and memory goes back once there is nothing to do.
        double released = await Metric("sparserefine_releases_total");
        await Until(async () => await Metric("sparserefine_releases_total") > released && await Metric("sparserefine_bodies_bytes") == 0);
        AssertNoErrors();
    }

    [Fact]
    public async Task Terminate_PhotoOnItsWay_IsAnsweredFirst()
    {
        NarrowWebServer own = new();
        await own.InitializeAsync();
        byte[] photo = Photo;
        using SlowPost post = await SlowPost.BeginAsync(own.Client.BaseAddress!, photo, photo.Length - 10);
        await Until(async () => (await own.Client.GetStringAsync("/metrics")).Contains("sparserefine_bodies_bytes{", StringComparison.Ordinal));
        int code = await own.EndAsync(async () =>
        {
            await post.SendAsync(photo.AsMemory(photo.Length - 10));
            Assert.Equal("HTTP/1.1 200 OK", await post.AnswerAsync());
        });
        Assert.Equal(0, code);
        await own.DisposeAsync();
    }

    [Fact]
    public async Task Get_Description_TellsTheStatuses()
    {
        using JsonDocument description = JsonDocument.Parse(await server.Client.GetStringAsync("/openapi/v1.json"));
        JsonElement post = description.RootElement.GetProperty("paths").GetProperty("/labels").GetProperty("post");
        Assert.True(post.GetProperty("requestBody").GetProperty("content").TryGetProperty("image/jpeg", out _));
        Assert.Equal(
            ["200", "400", "408", "413", "415", "422", "503"], post.GetProperty("responses").EnumerateObject().Select(response => response.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Get_Page_LoadsNothingFromElsewhere()
    {
        HttpResponseMessage answer = await server.Client.GetAsync("/");
        string html = await answer.Content.ReadAsStringAsync();
        Assert.Equal("text/html", answer.Content.Headers.ContentType?.MediaType);
        Assert.StartsWith("default-src 'none'", Assert.Single(answer.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.DoesNotContain("//", html.Replace("  // A browser", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("type=\"file\"", html, StringComparison.Ordinal);
    }

    private static async Task Until(Func<Task<bool>> condition)
    {
        using CancellationTokenSource late = new(TimeSpan.FromSeconds(60));
        while (!await condition())
        {
            await Task.Delay(20, late.Token);
        }
    }

    private void AssertNoErrors() => Assert.DoesNotContain(
        server.Log, line => line.Contains("fail:", StringComparison.Ordinal) || line.Contains("Exception", StringComparison.Ordinal));

    private async Task<double> Metric(string name, string outcome = "") => WebSampleTests.Metric(await server.Client.GetStringAsync("/metrics"), name, outcome);

    private async Task<HttpResponseMessage> Post(byte[] body)
    {
        using ByteArrayContent content = new(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("image/png");
        return await server.Client.PostAsync("/labels", content);
    }
}
