using Azure.Storage.Sas;
using SparseRefine.Batch;
using Xunit;

namespace SparseRefine.Cluster.Tests.Stores;

[Collection(nameof(Azurite))]
public sealed class AzureStoreTests(Azurite azurite)
{
    private static readonly (string, string?)[] None = [("AZURE_STORAGE_ACCOUNT", null), ("AZURE_STORAGE_KEY", null)];

    private static string Address => $"az://{Azurite.Account}/{Azurite.Container}/{Guid.NewGuid():N}";

    [AzuriteTheory]
    [MemberData(nameof(ObjectStoreContract.Names), MemberType = typeof(ObjectStoreContract))]
    public Task Contract(string name) => ObjectStoreContract.RunAsync(name, azurite.Open());

    [AzuriteFact]
    public async Task Container_ThatIsNot_IsNamed()
    {
        string address = $"az://{Azurite.Account}/none";
        await StoreFaults.Assert(address, azurite.Endpoint, mayPass: false, "expected a container that is there, got none of this name");
        StoreFaults.AssertTool(address, azurite.Endpoint, $"{address} at {azurite.Endpoint.ToString().TrimEnd('/')}: expected a container that is there, got none of this name");
    }

    [AzuriteFact]
    public async Task Key_OfAnother_IsRefusedAndNotShown()
    {
        const string Other = "b3RoZXJvdGhlcm90aGVyb3RoZXJvdGhlcm90aGVy";
        using Variables variables = new(("AZURE_STORAGE_KEY", Other));
        await StoreFaults.Assert(Address, azurite.Endpoint, mayPass: false, "got those of AZURE_STORAGE_KEY, which the server refuses: ", Other, Azurite.Key);
    }

    [AzuriteFact]
    public void Key_ThatIsNone_IsRefusedAndNotShown()
    {
        using Variables variables = new(("AZURE_STORAGE_KEY", "no base64!"));
        string message = Assert.Throws<InvalidInputException>(() => azurite.Open()).Message;
        Assert.Equal("AZURE_STORAGE_KEY, AZURE_STORAGE_CONNECTION_STRING: expected an account's key in Base64, got another text", message);
    }

    [AzuriteFact]
    public async Task NoCredentials_IsWithoutAName()
    {
        using Variables variables = new(None);
        await StoreFaults.Assert(Address, azurite.Endpoint, mayPass: false, "got none, which the server refuses: ");
    }

    [AzuriteFact]
    public async Task Signature_ThatReads_ReadsAndSaysWhyItCannotWrite()
    {
        Uri signed = azurite.Client.GetBlobContainerClient(Azurite.Container).GenerateSasUri(BlobContainerSasPermissions.Read | BlobContainerSasPermissions.List, DateTimeOffset.UtcNow.AddHours(1));
        string prefix = Guid.NewGuid().ToString("N");
        await using (ObjectStore writer = azurite.Open(prefix))
        {
            using MemoryStream content = new([7]);
            await writer.PutAsync("a", content, replace: false);
        }

        using Variables variables = new([.. None, ("AZURE_STORAGE_SAS_TOKEN", signed.Query)]);
        await using ObjectStore store = azurite.Open(prefix);
        Assert.Equal(1, (await store.FindAsync("a"))!.Length);
        await using (Stream content = await store.OpenAsync("a"))
        {
            Assert.Equal(7, content.ReadByte());
        }

        using MemoryStream other = new([8]);
        ObjectStoreException refused = await Assert.ThrowsAsync<ObjectStoreException>(() => store.PutAsync("b", other, replace: false));
        Assert.Contains("got those of AZURE_STORAGE_SAS_TOKEN, which the server refuses: ", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("sig=", refused.Message, StringComparison.Ordinal);
    }

    [AzuriteFact]
    public async Task ConnectionString_OfTheAccount_IsUsed()
    {
        string connection = $"DefaultEndpointsProtocol=http;AccountName={Azurite.Account};AccountKey={Azurite.Key};BlobEndpoint={azurite.Endpoint}{Azurite.Account};";
        using Variables variables = new([.. None, ("AZURE_STORAGE_CONNECTION_STRING", connection)]);
        await using ObjectStore store = ObjectStores.Open(Address);
        using MemoryStream content = new([1]);
        Assert.True(await store.PutAsync("a", content, replace: false));
        using Variables bad = new(("AZURE_STORAGE_CONNECTION_STRING", "secret"));
        Assert.Equal(
            "AZURE_STORAGE_CONNECTION_STRING: expected NAME=VALUE pairs divided by semicolons, got another text", Assert.Throws<InvalidInputException>(() => ObjectStores.Open(Address)).Message);
    }

    [AzuriteFact]
    public async Task Server_NobodyOrOfAnotherKind_IsNamed()
    {
        await StoreFaults.AssertServers(Address, "Azure's blob storage", Azurite.Key);
        using OtherServer missing = new("404 Not Found");
        await StoreFaults.Assert(Address, missing.Endpoint, mayPass: false, "expected an answer of Azure's blob storage, got 404");
    }
}
